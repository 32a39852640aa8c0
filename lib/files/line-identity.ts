/** Who a line of a file is, over runs: its file's content, whatever that is called by now, and where the line begins in it. */
import { lineStarts, type Descriptors } from './original.js'
import type { FileRange } from './tailed-file.js'

/** Tells it. Where the lines of a range begin is looked up once, and kept as long as the range is about. */
export class LineIdentities {
  readonly #files: Descriptors
  readonly #bytesMax: () => number
  readonly #starts = new WeakMap<FileRange, readonly number[] | null>()

  constructor(files: Descriptors, bytesMax: () => number) {
    this.#files = files
    this.#bytesMax = bytesMax
  }

  /**
   * The k-th line of a range; null if its bytes are gone.
   *
   * @throws What opening and reading the file throws.
   */
  of(range: FileRange, k: number): string | null {
    let starts = this.#starts.get(range)
    if (starts === undefined) {
      starts = lineStarts(this.#files, range, this.#bytesMax())
      this.#starts.set(range, starts)
    }
    const start = starts?.[k]
    if (start === undefined) return null
    const { id, birth, since } = range.file
    return `${id}:${birth.toString(36)}:${since.toString(36)}:${start}`
  }
}
