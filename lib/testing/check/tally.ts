/** A cog's account by its own calls, kept without the train. */
import type { Account } from '../../movement/life/ledger.js'

const COLUMNS = ['in', 'out', 'swallowed', 'merged', 'held', 'diverted'] as const

/**
 * What one cog did.
 *
 * @example
 * const tally = new Tally()
 * tally.in++
 * tally.returned(['a', 'b'], false)
 * assert.deepEqual([tally.in, tally.out, tally.swallowed], [1, 2, 0])
 */
export class Tally {
  in = 0
  out = 0
  swallowed = 0
  merged = 0
  held = 0
  diverted = 0
  /** Whether all that it gave could be counted: not so of a generator, which gives only when it is asked. */
  isSure = true

  /** A turn gave this. Answers how many data that are, as far as that is known. */
  returned(result: unknown, isKept: boolean): number {
    const count = this.#countOf(result)
    if (count > 0) this.out += count
    else if (!isKept) this.swallowed++
    return count
  }

  failed(): void {
    this.diverted++
  }

  /** A held datum goes on as these. */
  resumed(data: unknown): void {
    this.held--
    this.returned(data, false)
  }

  rejected(): void {
    this.held--
    this.diverted++
  }

  /** Of so many lines that were held as a text these gave something, each once for each datum, and so many failed. */
  textGaveBack(lines: number, ks: ArrayLike<number>, failed: number): void {
    this.held -= lines
    this.out += ks.length
    this.diverted += failed
    this.swallowed += lines - failed - new Set(Array.from(ks)).size
  }

  gathered(count: number): void {
    this.held += count
  }

  /** So many held data become one. */
  becameOne(count: number, data: unknown): void {
    this.held -= count
    if (data === null || data === undefined) this.swallowed += count
    else {
      this.merged += count
      this.out++
    }
  }

  /** So many held data failed as one. */
  failedAsOne(count: number): void {
    this.held -= count
    this.merged += count
    this.diverted++
  }

  /** Where an account of the train says something else: the column, what it says, and what was counted. */
  differsFrom(account: Account): string | null {
    if (!this.isSure) return null
    const column = COLUMNS.find((name) => account[name] !== this[name])
    return column === undefined ? null : `${column} is ${account[column]}, counted ${this[column]}`
  }

  #countOf(result: unknown): number {
    if (result === null || result === undefined) return 0
    if (Array.isArray(result)) return result.length
    this.isSure = false
    return 1
  }
}
