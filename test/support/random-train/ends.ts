/** Where random trains begin and end: supplies that check who is told when, and drains that write when they like. */
import { Drain, Supply, type DeadLetter, type Ticket, type Winder } from '../../../lib/movement/index.js'
import type { Datum, EventRecord, Oracle, Tally } from './oracle.js'

/** One ticket, and what was told of it. */
interface Chunk {
  readonly events: (EventRecord | null)[]
  acknowledged: number
}

/** Names an object's class, so that its account has that name. */
export function called<C extends abstract new (...args: never[]) => object>(name: string, cog: C): C {
  return Object.defineProperty(cog, 'name', { value: name })
}

/** Puts chunks of random length. */
export class RandomSupply extends Supply<Datum, object, Chunk> {
  readonly chunks: Chunk[] = []
  readonly #oracle: Oracle
  #n = 0

  constructor(train: Winder, oracle: Oracle) {
    super(train, {})
    this.#oracle = oracle
  }

  start(): void {
    // Pushed by the test.
  }

  finish(): void {
    // Nothing is bound.
  }

  push(count: number): void {
    const { random } = this.#oracle
    const chunk: Chunk = { events: [], acknowledged: 0 }
    this.chunks.push(chunk)
    const ticket = this.open(chunk, count, random.below(3) * 100)
    this.begin(ticket)
    for (let i = 0; i < count; i++) {
      if (random.chance(10)) {
        chunk.events.push(null)
        this.skip()
        continue
      }
      const event = this.#oracle.born(this.nextId())
      chunk.events.push(event)
      this.put({ event, n: this.#n++ })
    }
    this.end(ticket)
  }

  close(): void {
    this.train.ended()
  }

  override acknowledge({ origin }: Ticket<Chunk>): void {
    if (++origin.acknowledged > 1) this.#oracle.fault('a ticket was acknowledged twice')
    for (const event of origin.events) {
      if (event !== null && !event.isOver) this.#oracle.fault(`the ticket of ${event.id} was acknowledged too early`)
    }
  }

  override original({ origin }: Ticket<Chunk>, k: number): Uint8Array {
    return Buffer.from(origin.events[k]?.id ?? 'skipped')
  }

  checkEnd(): void {
    for (const { acknowledged } of this.chunks) {
      if (acknowledged !== 1) this.#oracle.fault(`a ticket was acknowledged ${acknowledged} times`)
    }
  }
}

/** Takes data and writes them later. With a tally it sometimes fails. */
export class RandomDrain extends Drain<Datum | DeadLetter> {
  flushed = 0
  isFull = false
  readonly numbers: number[] = []
  readonly #oracle: Oracle
  readonly #tally: Tally | null
  readonly #isImmediate: boolean
  #position = 0

  constructor(train: Winder, oracle: Oracle, tally: Tally | null) {
    super(train, {})
    this.#oracle = oracle
    this.#tally = tally
    this.#isImmediate = oracle.random.chance(20)
  }

  take(taken: Datum | DeadLetter): void {
    const { random } = this.#oracle
    const tally = this.#tally
    if (tally !== null) tally.in++
    const datum = 'event' in taken ? taken : (taken.data as Datum)
    if ('original' in taken) this.#checkLetter(taken)
    this.#oracle.checkId(this.train.id(), datum)
    if (tally !== null) {
      if (random.chance(5)) throw this.#oracle.fails(datum, tally)
      tally.out++
    }
    this.#position += 1 + random.below(3)
    this.numbers.push(datum.n)
    const { event } = datum
    event.live--
    event.writes.set(this, this.#position)
    if (this.#isImmediate) this.#flushTo(this.#position)
  }

  position(): number {
    return this.#position
  }

  override full(): boolean {
    return this.isFull
  }

  /** Write a part of what was taken, or all of it. */
  flush(isAll: boolean): void {
    const rest = this.#position - this.flushed
    this.#flushTo(this.flushed + (isAll ? rest : this.#oracle.random.below(rest + 1)))
  }

  async finish(): Promise<void> {
    await Promise.resolve()
    this.flush(true)
  }

  #flushTo(position: number): void {
    this.flushed = position
    this.train.flushed(this)
  }

  #checkLetter({ id, original, data }: DeadLetter): void {
    const { event } = data as Datum
    if (event.id !== '' && id !== event.id) this.#oracle.fault(`the dead letter of ${event.id} says ${id}`)
    const text = original === null ? null : Buffer.from(original).toString()
    if (text !== (event.isMerged ? null : event.id))
      this.#oracle.fault(`the original of ${event.id} is ${String(text)}`)
  }
}

/** Also hears of the ends and the names of events. */
export class ListeningDrain extends RandomDrain {
  readonly #heard: Oracle

  constructor(train: Winder, oracle: Oracle, tally: Tally | null) {
    super(train, oracle, tally)
    this.#heard = oracle
  }

  eventDone(id: string): void {
    this.#heard.eventDone(id)
  }

  eventRename(oldId: string, newId: string): void {
    this.#heard.eventRename(oldId, newId)
  }
}
