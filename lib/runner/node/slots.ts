/** How many attempts a node runs at once, of whatever kind and group. */
import { requireAtLeast } from '../../errors/index.js'

/** The places for attempts. */
export class Slots {
  readonly capacity: number
  readonly #onFree: () => void
  #taken = 0

  /** @param onFree told when one is free again where none was. */
  constructor(capacity: number, onFree: () => void) {
    requireAtLeast(1, { capacity }, 'capacity')
    this.capacity = capacity
    this.#onFree = onFree
  }

  get taken(): number {
    return this.#taken
  }

  /** Take one. Answers whether there was one. */
  take(): boolean {
    if (this.#taken >= this.capacity) return false
    this.#taken += 1
    return true
  }

  /** Give one back. */
  give(): void {
    const wasFull = this.#taken === this.capacity
    this.#taken -= 1
    if (wasFull) this.#onFree()
  }
}
