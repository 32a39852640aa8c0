/** Which messages of a stream are through, by their sequences: ranges, since most of them follow each other. */
import { DeadbeatError, describeValue } from '../errors/index.js'

/** A range: its first sequence and its last. */
export type SequenceRange = readonly [first: number, last: number]

/**
 * A set of whole numbers as ranges. It holds a limited number of these: then the lowest go, as what came longest ago.
 *
 * @example
 * const set = new SequenceSet(10)
 * for (const sequence of [1, 2, 4, 3, 7]) set.add(sequence)
 * assert.deepEqual(set.ranges(), [[1, 4], [7, 7]])
 */
export class SequenceSet {
  private readonly rangesMax: number
  private firsts: number[] = []
  private lasts: number[] = []

  constructor(rangesMax: number) {
    this.rangesMax = rangesMax
  }

  has(sequence: number): boolean {
    const at = this.find(sequence)
    return at >= 0 && sequence <= (this.lasts[at] as number)
  }

  add(sequence: number): void {
    const { firsts, lasts } = this
    const at = this.find(sequence)
    const last = at < 0 ? -Infinity : (lasts[at] as number)
    if (sequence <= last) return
    const joinsBefore = last === sequence - 1
    const joinsAfter = firsts[at + 1] === sequence + 1
    if (joinsBefore && joinsAfter) {
      lasts.splice(at, 1)
      firsts.splice(at + 1, 1)
    } else if (joinsBefore) lasts[at] = sequence
    else if (joinsAfter) firsts[at + 1] = sequence
    else {
      firsts.splice(at + 1, 0, sequence)
      lasts.splice(at + 1, 0, sequence)
      if (firsts.length > this.rangesMax) {
        firsts.shift()
        lasts.shift()
      }
    }
  }

  delete(sequence: number): void {
    const { firsts, lasts } = this
    const at = this.find(sequence)
    if (!this.has(sequence)) return
    const [first, last] = [firsts[at] as number, lasts[at] as number]
    firsts.splice(at, 1, ...(first < sequence ? [first] : []), ...(sequence < last ? [sequence + 1] : []))
    lasts.splice(at, 1, ...(first < sequence ? [sequence - 1] : []), ...(sequence < last ? [last] : []))
  }

  ranges(): SequenceRange[] {
    return this.firsts.map((first, i) => [first, this.lasts[i] as number])
  }

  /**
   * Take over what `ranges` gave in an earlier run.
   *
   * @throws {DeadbeatError} With code ERR_MARK, if these are no ranges in ascending order.
   */
  restore(json: unknown): void {
    let before = -1
    const isGood = (range: unknown): boolean => {
      const [first, last] = Array.isArray(range) ? (range as unknown[]) : []
      const isRange =
        Number.isSafeInteger(first) &&
        Number.isSafeInteger(last) &&
        (first as number) > before &&
        Number(last) >= Number(first)
      before = Number(last)
      return isRange
    }
    if (!Array.isArray(json) || !json.every(isGood)) {
      const message = `the mark of a stream can't be read: done must be ascending ranges: it is ${describeValue(json)}`
      throw new DeadbeatError('ERR_MARK', message)
    }
    this.firsts = (json as SequenceRange[]).map(([first]) => first)
    this.lasts = (json as SequenceRange[]).map(([, last]) => last)
  }

  /** The number of the last range that begins at this sequence or before; -1 if none does. */
  private find(sequence: number): number {
    const { firsts } = this
    let [low, high] = [0, firsts.length]
    if (high > 0 && (firsts[high - 1] as number) <= sequence) return high - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((firsts[middle] as number) <= sequence) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
