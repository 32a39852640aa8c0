/** checkItem: what an item promises to whoever gets and sets it, tried on any class of items. */
import { DeadbeatError, codeOf, describeValue, toError } from '../errors/index.js'
import { checkValue, isSameValue, Store, type Item, type Reading } from '../items/index.js'
import { ManualClock, turnOfNode } from '../movement/loop/clock.js'
import { Escapement } from '../movement/loop/escapement.js'
import { silentLogger } from '../movement/logger.js'

/** An item didn't keep its promises: the message has each. */
export class ItemCheckError extends DeadbeatError {
  constructor(key: string, faults: readonly string[]) {
    super('ERR_ITEM_CHECK', `${key} does not keep what items promise:\n  ${faults.join('\n  ')}`)
  }
}

/** What an item is tried with. */
export interface CheckItemOptions {
  /** Values that a SET may ask for; none if nobody may set it. */
  readonly values?: readonly unknown[]
  /** Values that it has to refuse. */
  readonly refused?: readonly unknown[]
  /** How long one request may take, on the item's own clock; 60000 if it isn't given. */
  readonly limitMs?: number
}

/** How far the clock is moved while something is waited for. */
const STEP_MS = 10
const LIMIT_MS = 60_000

/**
 * Try what an item promises. It is made anew in a store of its own, on a manual clock that goes on while something is waited
 * for. Then
 *
 * - a refresh answers a value that its description allows, or null, with a time; so does what is known before;
 * - a SET is answered with the value that holds then: it is what a GET has and what was published last;
 * - SETs that are asked at once leave the value of the last; one whose deadline has passed leaves all as it was;
 * - a refused value is told as refused, and changes and publishes nothing;
 * - what is shown of a value can be read and is shown the same;
 * - once it is taken out of its store nothing of it is left running.
 *
 * @param make Makes a fresh item in the store that it is given.
 * @returns how many values were set and how many refused.
 * @throws {ItemCheckError} `ERR_ITEM_CHECK`: the message says which promises were broken, and by what.
 * @example
 * const make = (store) => new Item(store, 'level', { type: 'numeric', range: [0, 10], accept: Math.round })
 * assert.deepEqual(await checkItem(make, { values: [1, 2.4, '7'], refused: [11, 'much'] }), { set: 3, refused: 2 })
 * class Deaf extends Item {
 *   reqSet() {
 *     this.publish(0)
 *     return 1
 *   }
 *   async reqGet() {
 *     return { value: 'unknown', time: NaN }
 *   }
 * }
 * await assert.rejects(checkItem((store) => new Deaf(store, 'deaf', { type: 'numeric' }), { values: [5] }), /deaf does not keep/)
 */
export async function checkItem(
  make: (store: Store) => Item,
  { values = [], refused = [], limitMs = LIMIT_MS }: CheckItemOptions = {},
): Promise<{ readonly set: number; readonly refused: number }> {
  const trial = new ItemTrial(make, limitMs)
  const { item } = trial
  await trial.read(false)
  await trial.read(true)
  for (const value of values) await trial.set(value)
  await trial.setAtOnce(values)
  if (values.length > 0) await trial.setTooLate(values[0])
  for (const value of refused) await trial.refuse(value)
  await trial.end()
  if (trial.faults.length > 0) throw new ItemCheckError(item.key, trial.faults)
  return { set: values.length, refused: refused.length }
}

/** One item, and what was found to be wrong with it. */
class ItemTrial {
  readonly faults: string[] = []
  readonly item: Item
  readonly #clock = new ManualClock({ wallMs: 1_767_225_600_000, ringsMax: 1000 })
  readonly #store = new Store('check', new Escapement({ clock: this.#clock }), { log: silentLogger })
  readonly #heard: unknown[] = []
  readonly #limitMs: number

  constructor(make: (store: Store) => Item, limitMs: number) {
    this.#limitMs = limitMs
    this.item = make(this.#store)
    this.item.subscribe((value) => this.#heard.push(value))
  }

  async read(refresh: boolean): Promise<void> {
    const what = refresh ? 'a refresh' : 'a GET'
    const reading = await this.#outcome(what, this.item.read({ refresh }))
    if (reading !== undefined) this.#requireReading(what, reading)
  }

  async set(value: unknown): Promise<void> {
    const what = `a SET to ${describeValue(value)}`
    const accepted = await this.#outcome(what, this.item.set(value))
    if (accepted === undefined) return
    this.#requireValue(what, accepted)
    await this.#requireHolds(what, accepted)
    this.#requireText(accepted)
  }

  async setAtOnce(values: readonly unknown[]): Promise<void> {
    const all = await this.#outcome('SETs at once', Promise.allSettled(values.map((value) => this.item.set(value))))
    const last = all?.findLast(({ status }) => status === 'fulfilled')
    if (last?.status === 'fulfilled') await this.#requireHolds('SETs at once', last.value)
  }

  async setTooLate(value: unknown): Promise<void> {
    const heard = this.#heard.length
    const code = await this.#settled(this.item.set(value, { deadlineMs: 0 }).then(() => '', codeOf))
    if (code !== 'ERR_DEADLINE' || this.#heard.length > heard)
      this.faults.push('a SET whose deadline had passed was carried out')
  }

  async refuse(value: unknown): Promise<void> {
    const what = `a SET to ${describeValue(value)}`
    const [before, heard] = [this.item.value, this.#heard.length]
    const code = await this.#settled(this.item.set(value).then(() => '', codeOf))
    if (code === '') this.faults.push(`${what} was to be refused, and was not`)
    else if (code !== 'ERR_ITEM_VALUE' && code !== 'ERR_READ_ONLY')
      this.faults.push(`${what} was to be refused with ERR_ITEM_VALUE: it failed with ${code ?? 'nothing in time'}`)
    if (this.#heard.length > heard || !isSameValue(before, this.item.value))
      this.faults.push(
        `${what} was refused and changed the value from ${describeValue(before)} to ${describeValue(this.item.value)}`,
      )
  }

  /** A clock on which nothing is bound has no alarm: it comes to rest by itself. */
  async end(): Promise<void> {
    this.#store.close()
    for (let turn = 0; turn < 3; turn++) await turnOfNode()
    const before = this.#clock.now()
    await this.#clock.runUntilIdle().catch(() => undefined)
    if (this.#clock.now() > before)
      this.faults.push('a timer of it ran on after it was taken out: take it back by onClose')
  }

  async #requireHolds(what: string, accepted: unknown): Promise<void> {
    const value = await this.#outcome(`a GET after ${what}`, this.item.get())
    if (value !== undefined && !isSameValue(value, accepted))
      this.faults.push(`${what} was answered with ${describeValue(accepted)}, and a GET has ${describeValue(value)}`)
    const last = this.#heard.at(-1)
    if (this.#heard.length > 0 && !isSameValue(last, accepted) && !this.item.isComputed)
      this.faults.push(`${what} was answered with ${describeValue(accepted)}, and ${describeValue(last)} was published`)
  }

  #requireReading(what: string, { value, time }: Reading): void {
    if (!Number.isFinite(time)) this.faults.push(`${what} must have a time in seconds: it has ${describeValue(time)}`)
    this.#requireValue(what, value)
  }

  #requireValue(what: string, value: unknown): void {
    try {
      if (value === null || isSameValue(checkValue(value, this.item.options), value)) return
      this.faults.push(`${what} was answered with ${describeValue(value)}, which is no value of its type`)
    } catch (error) {
      this.faults.push(`${what} was answered with a value that its description forbids: it ${toError(error).message}`)
    }
  }

  #requireText(value: unknown): void {
    const { item } = this
    const text = item.format(value)
    if (value === null || item.options.isSecret === true || item.options.type === 'bulk') return
    try {
      const again = item.format(item.parse(text))
      if (again !== text)
        this.faults.push(`${describeValue(text)} is shown, and when it is read ${describeValue(again)}`)
    } catch (error) {
      this.faults.push(`${describeValue(text)} is shown and can't be read: it ${toError(error).message}`)
    }
  }

  /** What comes of a request; undefined, and a fault, if it fails. */
  async #outcome<T>(what: string, work: Promise<T>): Promise<T | undefined> {
    const outcome = await this.#settled(
      work.then(
        (value) => ({ value }),
        (error: unknown) => ({ error: toError(error) }),
      ),
    )
    if (outcome === undefined) this.faults.push(`${what} took longer than ${this.#limitMs} ms`)
    else if ('error' in outcome) this.faults.push(`${what} failed: ${outcome.error.message}`)
    else return outcome.value
    return undefined
  }

  /** The clock goes on until it is there; undefined: it took too long. */
  async #settled<T>(work: Promise<T>): Promise<T | undefined> {
    let isThere = false
    const there = work.finally(() => (isThere = true))
    const end = this.#clock.now() + this.#limitMs
    for (;;) {
      await turnOfNode()
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it is set where the work ends
      if (isThere) return await there
      if (this.#clock.now() >= end) return undefined
      this.#clock.advance(STEP_MS)
    }
  }
}
