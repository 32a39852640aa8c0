// Chance that can be repeated: the same seed gives the same draws on every machine.
import { crc32 } from 'node:zlib'

/** Draws from a seed, which is any text. Those of other texts have nothing to do with them. */
export class Random {
  #state

  constructor(seed) {
    this.#state = crc32(String(seed))
  }

  /** At least 0, below 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from `least` to `most`, both included. */
  between(least, most) {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  /** Whether something happens that happens with this share. */
  chance(share) {
    return this.next() < share
  }

  /** One of a list. */
  pick(list) {
    return list[Math.floor(this.next() * list.length)]
  }

  /** A key of an object whose values are weights. */
  weighted(weights) {
    const entries = Object.entries(weights)
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [key, weight] of entries) {
      left -= weight
      if (left < 0) return key
    }
    return entries.at(-1)[0]
  }
}
