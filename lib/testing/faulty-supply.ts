/** A supply that does what a bad day does: in pieces, with pauses, with an end in the midst. */
import { Supply } from '../movement/cog/supply.js'
import type { Binding } from '../movement/loop/event-loop.js'
import type { Winder } from '../movement/cog/cog.js'
import type { Ticket } from '../movement/life/ticket.js'
import { requireAtLeast } from '../errors/index.js'
import { Random } from './check/random.js'

/** What goes wrong. */
export interface FaultySupplyOptions<T> {
  /** What it supplies, in this order. */
  readonly data: readonly T[]
  /** The same seed gives the same chunks and pauses; 1. */
  readonly seed?: number
  /** Of how many data a chunk may be, at most; 5. */
  readonly chunkMax?: number
  /** How long a pause between two chunks may be, at most, on the train's clock; 100. */
  readonly pauseMs?: number
  /** Behind so many data it fails the train with this error. */
  readonly failAfter?: { readonly count: number; readonly error: Error }
  /** Whether it ends behind its last datum; true. */
  readonly ends?: boolean
}

/**
 * Supplies data in chunks of random length with random pauses, and fails or falls silent as it is told.
 *
 * Out: the data as they are. `acknowledged` has those of which all is over, in the order in which that became known.
 *
 * @throws {RangeError} If `chunkMax` is below 1.
 * @example
 * const supply = new FaultySupply(train, { data: [1, 2, 3], pauseMs: 0 })
 * const all = collect(train)
 * train.line(supply, all)
 * await train.run({ signals: false })
 * assert.deepEqual([all.data, supply.acknowledged], [[1, 2, 3], [1, 2, 3]])
 */
export class FaultySupply<T> extends Supply<T, FaultySupplyOptions<T>, readonly T[]> {
  readonly acknowledged: T[] = []
  #at = 0
  #next: Binding | null = null
  readonly #random: Random

  constructor(train: Winder, options: FaultySupplyOptions<T>) {
    super(train, options)
    const { seed = 1, chunkMax = 5, pauseMs = 100 } = options
    requireAtLeast(1, { chunkMax }, 'chunkMax')
    requireAtLeast(0, { pauseMs }, 'pauseMs')
    this.#random = new Random(seed)
  }

  start(): void {
    this.#later()
  }

  finish(): void {
    if (this.#next !== null) this.train.esc.dequeue(this.#next)
    this.#next = null
  }

  override resume(): void {
    super.resume()
    this.#later()
  }

  override acknowledge({ origin }: Ticket<readonly T[]>): void {
    this.acknowledged.push(...origin)
  }

  #later(): void {
    if (this.#next?.live === true) return
    const { pauseMs = 100 } = this.options
    const delayMs = this.#random.below(pauseMs + 1)
    const step = (): void => this.#step()
    this.#next = delayMs === 0 ? this.train.esc.enqueue(step) : this.train.esc.after(delayMs, step)
  }

  #step(): void {
    if (this.paused) return
    const { data, chunkMax = 5, failAfter, ends = true } = this.options
    const last = Math.min(data.length, failAfter?.count ?? Infinity)
    const chunk = data.slice(this.#at, Math.min(last, this.#at + 1 + this.#random.below(chunkMax)))
    this.#at += chunk.length
    if (chunk.length > 0) {
      const ticket = this.open(chunk, chunk.length)
      this.begin(ticket)
      for (const datum of chunk) this.put(datum)
      this.end(ticket)
    }
    if (this.#at < last) this.#later()
    else if (failAfter !== undefined && failAfter.count <= data.length) this.train.fail(failAfter.error)
    else if (ends) this.train.ended()
  }
}
