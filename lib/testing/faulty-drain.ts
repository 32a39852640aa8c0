/** A drain that does what a bad day does: it is slow, full, refuses single data, or breaks. */
import { Drain } from '../movement/cog/drain.js'
import type { Winder } from '../movement/cog/cog.js'
import { requireAtLeast } from '../errors/index.js'
import { Random } from './check/random.js'

/** What goes wrong. */
export interface FaultyDrainOptions {
  /** The same seed gives the same delays and refusals; 1. */
  readonly seed?: number
  /** How long it may take until a datum counts as written, at most, on the train's clock; 0: at once. */
  readonly delayMs?: number
  /** With how many data not written it is full, so that supplies wait; none: never. */
  readonly fullAt?: number
  /** Of a hundred data, how many it refuses with an error; 0. */
  readonly refusePercent?: number
  /** With this datum, by its number from 1 on, it fails the train. */
  readonly failAt?: { readonly count: number; readonly error: Error }
}

/**
 * Keeps what it takes, and is slow, full or broken as it is told. `stall` and `release` stop and start its writing.
 *
 * In: anything. `taken` has all that it took, `written` says how many of them count as written.
 *
 * @throws {RangeError} If `fullAt` is below 1 or `delayMs` below 0.
 * @example
 * const drain = new FaultyDrain(train, { fullAt: 1 })
 * drain.stall()
 * drain.take('a')
 * assert.deepEqual([drain.full(), drain.flushed], [true, 0])
 */
export class FaultyDrain<T> extends Drain<T, FaultyDrainOptions> {
  readonly taken: T[] = []
  /** What it refused. */
  readonly refused: T[] = []
  flushed = 0
  readonly #random: Random
  #isStalled = false
  #due = 0

  constructor(train: Winder, options: FaultyDrainOptions = {}) {
    super(train, options)
    const { seed = 1, delayMs = 0, fullAt = Infinity } = options
    requireAtLeast(1, { fullAt }, 'fullAt')
    requireAtLeast(0, { delayMs }, 'delayMs')
    this.#random = new Random(seed)
  }

  take(data: T): void {
    const { refusePercent = 0, failAt, delayMs = 0 } = this.options
    if (this.#random.chance(refusePercent)) {
      this.refused.push(data)
      throw new Error(`FaultyDrain refuses datum ${this.taken.length + this.refused.length}, as it was told`)
    }
    this.taken.push(data)
    if (failAt?.count === this.taken.length) this.train.fail(failAt.error)
    const waitMs = this.#random.below(delayMs + 1)
    if (waitMs > 0) this.train.esc.after(waitMs, () => this.#written())
    else this.#written()
  }

  position(): number {
    return this.taken.length
  }

  override full(): boolean {
    return this.taken.length - this.flushed >= (this.options.fullAt ?? Infinity)
  }

  /** From now on nothing counts as written. */
  stall(): void {
    this.#isStalled = true
  }

  /** What is due counts as written, and what comes. */
  release(): void {
    this.#isStalled = false
    this.#tell()
  }

  /** Writing is over once all is written: what was stalled is not. */
  async finish(): Promise<void> {
    while (this.flushed < this.taken.length && !this.#isStalled) {
      await new Promise<void>((resolve) => this.train.esc.after(1, resolve))
    }
  }

  #written(): void {
    this.#due++
    if (!this.#isStalled) this.#tell()
  }

  #tell(): void {
    if (this.flushed === this.#due) return
    this.flushed = this.#due
    this.train.flushed(this)
  }
}
