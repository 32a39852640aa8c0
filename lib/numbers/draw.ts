/** Random numbers that can be drawn again: the same seed gives the same, also over a restart. */

/**
 * Numbers by chance, from 0 to below 1: a counter that steps by the golden ratio, its bits mixed. Not for secrets.
 *
 * @example
 * const [one, two] = [new Draw(7), new Draw(7)]
 * assert.equal(one.next(), two.next())
 */
export class Draw {
  /** Where they are: what a snapshot keeps. */
  state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** The next one. */
  next(): number {
    this.state = (this.state + 0x9e3779b9) >>> 0
    let bits = this.state
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
  }
}
