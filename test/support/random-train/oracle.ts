/** What must be true of a random train, told by brute force: every datum knows its event, every event all its data. */
import type { Account, Train } from '../../../lib/movement/index.js'
import type { Random } from './random.js'

/** One datum. All data of an event are counted, wherever they are. */
export interface Datum {
  readonly event: EventRecord
  /** The number of its event in its supply. */
  readonly n: number
  readonly piece?: number
}

/** How far a drain has written. */
export interface Written {
  readonly flushed: number
}

/** All that is known of one event. */
export class EventRecord {
  /** Its data that are about in the train. */
  live = 1
  /** How often its end was told. */
  done = 0
  /** The last position at which a drain took something of it. */
  readonly writes = new Map<Written, number>()
  /** The merged events that it lives on in. */
  readonly into = new Set<EventRecord>()
  id: string
  readonly isMerged: boolean

  constructor(id: string, isMerged = false) {
    this.id = id
    this.isMerged = isMerged
  }

  get isOver(): boolean {
    if (this.live > 0) return false
    for (const [drain, position] of this.writes) if (drain.flushed < position) return false
    for (const merged of this.into) if (!merged.isOver) return false
    return true
  }
}

/** What one cog did, by its own count. */
export class Tally {
  in = 0
  out = 0
  swallowed = 0
  merged = 0
  held = 0
  diverted = 0
  /** Whether what it holds counts against the limit in flight. */
  isLimited = true
}

/** The books of one random train. */
export class Oracle {
  readonly faults: string[] = []
  readonly events: EventRecord[] = []
  readonly tallies = new Map<string, Tally>()
  /** What waits to be done: holds to be given back, promises to be settled. */
  readonly later: (() => void)[] = []
  readonly random: Random
  readonly isDropping: boolean
  /** The event that is being made of others. */
  merging: EventRecord | null = null
  readonly #byId = new Map<string, EventRecord>()

  constructor(random: Random, isDropping: boolean) {
    this.random = random
    this.isDropping = isDropping
  }

  fault(text: string): void {
    this.faults.push(text)
  }

  tally(name: string): Tally {
    const tally = new Tally()
    this.tallies.set(name, tally)
    return tally
  }

  born(id: string): EventRecord {
    const event = new EventRecord(id)
    this.events.push(event)
    this.#byId.set(id, event)
    return event
  }

  /** Parts of these events become one new event. */
  merge(parents: readonly EventRecord[]): EventRecord {
    const merged = new EventRecord('', true)
    this.events.push(merged)
    this.merging = merged
    for (const parent of parents) {
      parent.live--
      parent.into.add(merged)
    }
    return merged
  }

  /** The id of the event whose turn it is must be that of the datum. */
  checkId(id: string, { event }: Datum): void {
    if (event.id !== '' && event.id !== id) this.fault(`id() is ${id} in a turn of ${event.id}`)
  }

  /** A datum fails now. */
  fails({ event }: Datum, tally: Tally): Error {
    tally.diverted++
    if (this.isDropping) event.live--
    return new Error('as it happens')
  }

  /** Do one of the things that wait, maybe in the middle of another event's turn. */
  doOne(): void {
    const [task] = this.later.splice(this.random.below(this.later.length), 1)
    task?.()
  }

  eventDone(id: string): void {
    const event = this.#byId.get(id)
    if (event === undefined) this.skipped.add(id)
    else {
      if (++event.done > 1) this.fault(`the end of ${id} was told twice`)
      if (!event.isOver) this.fault(`the end of ${id} was told too early`)
      if (event.into.size > 0) this.fault(`the end of ${id} was told, though it lives on under another name`)
    }
  }

  /** Ids of lines that gave no datum: their end is told, too. */
  readonly skipped = new Set<string>()

  eventRename(oldId: string, newId: string): void {
    const event = this.#byId.get(oldId)
    const { merging } = this
    if (event === undefined || merging === null || !event.into.has(merging)) {
      this.fault(`${oldId} was renamed to ${newId}, which is not what it became`)
      return
    }
    if (merging.id !== '' && merging.id !== newId) this.fault(`one merged event has two names: ${merging.id}, ${newId}`)
    merging.id = newId
    this.#byId.set(newId, merging)
    const pair = `${oldId} ${newId}`
    if (this.#renames.has(pair)) this.fault(`${oldId} was renamed twice to ${newId}`)
    this.#renames.add(pair)
  }

  readonly #renames = new Set<string>()

  /** The derived accounts must be what the cogs counted. */
  checkAccounts(train: Train, when: string): void {
    const names = new Set<string>()
    for (const row of train.accounts()) {
      if (names.has(row.cog)) this.fault(`two accounts are called ${row.cog}`)
      names.add(row.cog)
      if (row.in + row.split !== row.out + row.swallowed + row.merged + row.held + row.diverted)
        this.fault(`${when}: unbalanced ${JSON.stringify(row)}`)
      if (row.split < 0 || row.swallowed < 0) this.fault(`${when}: negative ${JSON.stringify(row)}`)
      const tally = this.tallies.get(row.cog)
      if (tally !== undefined) this.#compare(row, tally, when)
    }
    for (const name of this.tallies.keys()) if (!names.has(name)) this.fault(`${name} has no account`)
  }

  /** How many data are held that count against the limit. */
  get held(): number {
    let held = 0
    for (const tally of this.tallies.values()) if (tally.isLimited) held += tally.held
    return held
  }

  /** At the end every event is over, and its end was told once unless it lives on under another name. */
  checkEnd(isHeard: boolean): void {
    for (const event of this.events) {
      const name = event.id === '' ? 'a merged event' : event.id
      if (!event.isOver) this.fault(`${name} is not over at the end: ${event.live} live`)
      const expected = isHeard && event.into.size === 0 ? 1 : 0
      if (event.done !== expected) this.fault(`the end of ${name} was told ${event.done} times instead of ${expected}`)
    }
  }

  #compare(row: Account, tally: Tally, when: string): void {
    for (const column of ['in', 'out', 'swallowed', 'merged', 'held', 'diverted'] as const) {
      if (row[column] !== tally[column])
        this.fault(`${when}: ${column} of ${row.cog} is ${row[column]}, counted ${tally[column]}`)
    }
  }
}
