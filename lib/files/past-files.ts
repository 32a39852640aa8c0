/** Files that were read to their ends and let go: each may be found again under another name, or as a copy. */
import type { FileMark } from './file-mark.js'

/** How many are remembered. */
const PAST_MAX = 4096

/** The files, those let go longest ago first. */
export class PastFiles {
  private readonly marks = new Map<string, FileMark>()

  /** Keep a file in mind. */
  add(mark: FileMark): void {
    const before = this.take(mark.id)
    // The same inode with other content: that isn't to be read again either.
    if (before !== undefined && before.hash !== mark.hash) this.marks.set(`${before.id} ${before.hash}`, before)
    this.marks.set(mark.id, mark)
    const [oldest] = this.marks.keys()
    if (this.marks.size > PAST_MAX && oldest !== undefined) this.marks.delete(oldest)
  }

  /** What is known of an inode, to be forgotten here. */
  take(id: string): FileMark | undefined {
    const mark = this.marks.get(id)
    this.marks.delete(id)
    return mark
  }

  /** All of them. */
  all(): Iterable<FileMark> {
    return this.marks.values()
  }
}
