/** Where the train of a check begins and ends: a supply that can supply again, and drains that write when they like. */
import { toError } from '../../errors/index.js'
import { Drain } from '../../movement/cog/drain.js'
import type { Json, Winder } from '../../movement/cog/cog.js'
import { Supply } from '../../movement/cog/supply.js'
import type { DeadLetter } from '../../movement/life/dead-letter.js'
import type { Ticket } from '../../movement/life/ticket.js'
import type { EventBook } from './event-book.js'

/** One chunk of inputs. */
export interface Chunk {
  /** The number of its first input. */
  readonly first: number
  acknowledged: number
}

/** Puts inputs in chunks. */
export class CheckSupply extends Supply<unknown, object, Chunk> {
  override readonly isBatch = true
  readonly chunks: Chunk[] = []
  /** The number of the input that is next. */
  next = 0
  /** How many were put. */
  count = 0
  readonly #inputs: readonly unknown[]
  readonly #book: EventBook
  readonly #onPut: () => void

  /** `onPut` is called between two inputs. */
  constructor(train: Winder, inputs: readonly unknown[], book: EventBook, onPut: () => void) {
    super(train, {})
    this.#inputs = inputs
    this.#book = book
    this.#onPut = onPut
  }

  start(): void {
    // It waits to be pushed.
  }

  finish(): void {
    // Nothing is bound.
  }

  /** Put so many inputs as one chunk, one by one or, if they are lines, as a text. */
  push(count: number, asText: boolean): void {
    const first = this.next
    const inputs = this.#inputs.slice(first, first + count)
    if (inputs.length === 0) return
    this.next = first + inputs.length // What is put belongs to what was put, should a check-point be asked for.
    this.#passage(first, inputs.length, () => {
      if (asText) {
        inputs.forEach((_, k) => this.#book.put(this.#idAfter(k), first + k))
        this.count += inputs.length
        const text = inputs.join('\n')
        if (this.bytes?.(Buffer.from(text)) !== true) this.lines(text)
      } else for (const [k, input] of inputs.entries()) this.#put(input, first + k)
    })
  }

  /** There is nothing more to come. */
  close(): void {
    this.train.ended()
  }

  override acknowledge({ origin }: Ticket<Chunk>): void {
    origin.acknowledged++
    this.#book.acknowledged(origin)
  }

  override original({ origin }: Ticket<Chunk>, k: number): Uint8Array {
    return Buffer.from(String(origin.first + k))
  }

  override mark(): Json {
    return this.next
  }

  override continueFrom(mark: Json): void {
    this.next = mark as number
  }

  override originMark({ first }: Chunk): Json {
    return first
  }

  override supplyAgain(origin: Json, ks: readonly number[]): void {
    const first = origin as number
    this.#passage(first, 0, () => {
      for (let k = 0; k <= (ks.at(-1) ?? -1); k++) {
        if (ks.includes(k)) this.#put(this.#inputs[first + k], first + k)
        else {
          this.#book.skipped(this.nextId())
          this.skip()
        }
      }
    })
  }

  #passage(first: number, count: number, go: () => void): void {
    const chunk: Chunk = { first, acknowledged: 0 }
    this.chunks.push(chunk)
    const ticket = this.open(chunk, count, 100)
    this.begin(ticket)
    go()
    this.end(ticket)
  }

  #put(input: unknown, index: number): void {
    this.#book.put(this.nextId(), index)
    this.count++
    this.put(input)
    this.#onPut()
  }

  /** The id of the k-th datum from here. */
  #idAfter(k: number): string {
    return this.#book.idAfter(this.nextId(), k)
  }
}

/** Appends to a list that outlives it, some time after it was taken. */
export class CheckDrain extends Drain<unknown> {
  flushed = 0
  isFull = false
  readonly #file: unknown[]
  readonly #buffer: unknown[] = []
  readonly #taken: (drain: CheckDrain, data: unknown, id: string) => void
  #position = 0

  constructor(train: Winder, file: unknown[], taken: (drain: CheckDrain, data: unknown, id: string) => void) {
    super(train, {})
    this.#file = file
    this.#taken = taken
  }

  take(data: unknown): void {
    this.#position++
    this.#buffer.push(data)
    this.#taken(this, data, this.train.id())
  }

  position(): number {
    return this.#position
  }

  override full(): boolean {
    return this.isFull
  }

  /** Write some of what was taken. */
  write(count: number): void {
    const written = this.#buffer.splice(0, count)
    this.#file.push(...written)
    this.flushed += written.length
    this.train.flushed(this)
  }

  override seal(then: (mark: Json) => void): void {
    this.write(Infinity)
    then(this.#file.length)
  }

  cutBack(mark: Json): void {
    this.#file.length = mark as number
  }

  finish(): void {
    this.write(Infinity)
  }
}

/** The same, and hears of the ends and names of events. */
export class ListeningDrain extends CheckDrain {
  readonly #book: EventBook

  constructor(
    train: Winder,
    file: unknown[],
    taken: (drain: CheckDrain, data: unknown, id: string) => void,
    book: EventBook,
  ) {
    super(train, file, taken)
    this.#book = book
  }

  eventDone(id: string): void {
    this.#book.done(id)
  }

  eventRename(oldId: string, newId: string): void {
    this.#book.renamed(oldId, newId)
  }
}

/** What a drain of dead letters keeps: which cog failed on what, and why. */
export function failureOf({ cog, data, error }: DeadLetter): object {
  return { cog, data, reason: toError(error.cause).message }
}
