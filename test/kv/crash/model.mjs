/** How many revisions are kept that a state may be compared with. */
const KEPT = 6000

/** What a store must have been at each revision, by what a watch told of it; and every rule that it broke. */
export class Model {
  /** What each revision above `#baseRevision` changed: pairs of key and value, null for a deletion. */
  #log = []
  /** The state at that revision: it goes on, so that a check costs the same however long this runs. */
  #base = new Map()
  #baseRevision = 1
  #now = new Map()
  #acknowledged = []
  revision = 1
  faults = []

  /** A watch told what a revision changed. */
  told(changes, revision) {
    if (revision !== this.revision + 1) this.fault(`revision ${revision} was told behind ${this.revision}`)
    this.revision = revision
    const step = changes.map(({ type, kv }) => [kv.key, type === 'put' ? Buffer.from(kv.value).toString() : null])
    this.#log.push(step)
    if (this.#log.length > 2 * KEPT) this.#fold(this.#log.length - KEPT)
    const count = this.#now.get('count') ?? '0'
    for (const [key, value] of step) apply(this.#now, key, value)
    const counted = this.#now.get('count') ?? '0'
    if (counted !== count && Number(counted) !== Number(count) + 1) this.fault(`${count} was counted up to ${counted}`)
    this.checkPairs(this.#now, `at ${revision}, as it was told,`)
  }

  /** A writer said that a commit is acknowledged. */
  acknowledged(name, number, revision) {
    this.#acknowledged.push({ name, number, revision })
  }

  /** How many commits were acknowledged, and found. */
  found = 0

  /** What was acknowledged up to now. */
  takeAcknowledged() {
    return this.#acknowledged.splice(0)
  }

  /** What was acknowledged before a state was read must have been told with that. */
  checkAcknowledged(acknowledged) {
    for (const { name, number, revision } of acknowledged) {
      const step = this.#log[revision - this.#baseRevision - 1] ?? []
      const isThere = step.some(([key, value]) => key.startsWith(`last/${name}/`) && value === String(number))
      if (isThere) this.found += 1
      else this.fault(`commit ${number} of ${name} was acknowledged at ${revision}, and is not there`)
    }
  }

  /** A state that was read must be the one that was told. */
  checkState(kvs, revision) {
    const state = new Map(kvs.map(({ key, value }) => [key, Buffer.from(value).toString()]))
    this.checkPairs(state, `at ${revision}, as it was read,`)
    const expected = new Map(this.#base)
    for (const step of this.#log.slice(0, revision - this.#baseRevision)) {
      for (const [key, value] of step) apply(expected, key, value)
    }
    const keys = new Set([...state.keys(), ...expected.keys()])
    for (const key of keys) {
      if (state.get(key) === expected.get(key)) continue
      this.fault(`${key} at ${revision} is ${state.get(key)}: it was told as ${expected.get(key)}`)
    }
  }

  /** Keys of the writers that hold a lease. */
  alive() {
    return [...this.#now.keys()].filter((key) => key.startsWith('alive/'))
  }

  checkPairs(state, when) {
    for (const [key, value] of state) {
      if (!key.startsWith('pair/')) continue
      const other = key.endsWith('a') ? `${key.slice(0, -1)}b` : `${key.slice(0, -1)}a`
      if (state.get(other) !== value) this.fault(`${when} ${key} and its other half differ`)
    }
  }

  #fold(count) {
    for (const step of this.#log.splice(0, count)) for (const [key, value] of step) apply(this.#base, key, value)
    this.#baseRevision += count
  }

  fault(text) {
    if (this.faults.length < 20) this.faults.push(text)
  }
}

function apply(state, key, value) {
  if (value === null) state.delete(key)
  else state.set(key, value)
}
