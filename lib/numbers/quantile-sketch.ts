/**
 * Quantiles of a stream of numbers in bounded memory, each within a relative error: a DDSketch (Masson, Rim, Lee, VLDB
 * 2019). Numbers are counted in buckets whose bounds grow by a constant factor, so that the middle of a bucket is no
 * further than the accuracy from any number in it, whatever the numbers are and however they are distributed.
 */

/** Nearer to zero is zero: a double has fewer digits there. */
const ZERO_BELOW = 2 ** -1022

/** Buckets by the exponents of their upper bounds. */
type Buckets = Map<number, number>

/** A sketch as JSON. */
export type KeptSketch = {
  readonly accuracy: number
  readonly count: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly zeros: number
  readonly above: readonly (readonly [exponent: number, count: number])[]
  readonly below: readonly (readonly [exponent: number, count: number])[]
}

/**
 * Counts numbers, and says what they are at most, by rank. An answer is within `accuracy` of the number that has the rank,
 * `|answer - number| <= accuracy * |number|`, and exact for the smallest and the largest. Where more than `bucketsMax`
 * buckets would be needed above zero, or below, those nearest to zero become one, and answers from it are further off.
 *
 * @example
 * const sketch = new QuantileSketch(0.01, 2048)
 * for (let n = 1; n <= 1000; n++) sketch.add(n)
 * assert.equal(Math.abs(sketch.quantile(0.5) - 500) <= 5, true)
 * assert.equal(sketch.quantile(1), 1000)
 */
export class QuantileSketch {
  count = 0
  min = Infinity
  max = -Infinity
  mean = 0
  private zeros = 0
  private readonly above: Buckets = new Map()
  private readonly below: Buckets = new Map()
  private readonly accuracy: number
  private readonly bucketsMax: number
  /** The logarithm of the factor between bounds, and of what leads from a bound to the middle of its bucket. */
  private readonly step: number
  private readonly middle: number

  /** `accuracy` is above 0 and below 1, `bucketsMax` at least 1. */
  constructor(accuracy: number, bucketsMax: number) {
    this.accuracy = accuracy
    const factor = (1 + accuracy) / (1 - accuracy)
    this.step = Math.log(factor)
    this.middle = Math.log(2 / (factor + 1))
    this.bucketsMax = bucketsMax
  }

  /** A sketch that goes on where another was, as accurate as that one. */
  static from({ accuracy, above, below, ...numbers }: KeptSketch, bucketsMax: number): QuantileSketch {
    const sketch = Object.assign(new QuantileSketch(accuracy, bucketsMax), numbers)
    for (const [exponent, count] of above) sketch.above.set(exponent, count)
    for (const [exponent, count] of below) sketch.below.set(exponent, count)
    return sketch
  }

  /** Take in a finite number. */
  add(value: number): void {
    this.count++
    this.min = Math.min(this.min, value)
    this.max = Math.max(this.max, value)
    this.mean = this.mean * ((this.count - 1) / this.count) + value / this.count // A sum could be beyond any number.
    if (Math.abs(value) < ZERO_BELOW) this.zeros++
    else this.put(value > 0 ? this.above : this.below, Math.ceil(Math.log(Math.abs(value)) / this.step))
  }

  /** What about `part` of the numbers, from 0 to 1, are at most: the number of rank `floor(part * (count - 1))`. NaN of none. */
  quantile(part: number): number {
    if (this.count === 0) return NaN
    const rank = Math.floor(part * (this.count - 1))
    if (rank <= 0) return this.min
    return rank >= this.count - 1 ? this.max : Math.min(this.max, Math.max(this.min, this.at(rank)))
  }

  /** As it is kept in a file. */
  toJson(): KeptSketch {
    const { accuracy, count, min, max, mean, zeros, above, below } = this
    return { accuracy, count, min, max, mean, zeros, above: [...above], below: [...below] }
  }

  /** The middle of the bucket in which this many numbers lie before the one that is wanted. */
  private at(rank: number): number {
    let left = rank
    for (const [exponent, count] of [...this.below].sort(([a], [b]) => b - a)) {
      left -= count
      if (left < 0) return -this.middleOf(exponent)
    }
    left -= this.zeros
    if (left < 0) return 0
    for (const [exponent, count] of [...this.above].sort(([a], [b]) => a - b)) {
      left -= count
      if (left < 0) return this.middleOf(exponent)
    }
    return this.max
  }

  private middleOf(exponent: number): number {
    return Math.exp(exponent * this.step + this.middle)
  }

  private put(buckets: Buckets, exponent: number): void {
    buckets.set(exponent, (buckets.get(exponent) ?? 0) + 1)
    while (buckets.size > this.bucketsMax) {
      let [lowest, next] = [Infinity, Infinity]
      for (const other of buckets.keys()) {
        if (other < lowest) [lowest, next] = [other, lowest]
        else if (other < next) next = other
      }
      buckets.set(next, (buckets.get(next) ?? 0) + (buckets.get(lowest) ?? 0))
      buckets.delete(lowest)
    }
  }
}
