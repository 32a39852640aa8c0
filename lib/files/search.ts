/** Finds all the files of a mark, each once, and tells what of them is lost. */
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import type { FileMark } from './file-mark.js'
import { findAgain, type Sought, type Whereabouts } from './find-again.js'
import { fingerprintOf } from './fingerprint.js'
import { KnownContents } from './known-contents.js'
import { Listings, type Entry } from './listing.js'
import type { FileLog } from './loop.js'

/** One search, for the files of one mark. */
export class Search {
  private readonly log: FileLog
  private readonly listings = new Listings()
  private readonly known: KnownContents

  constructor(marks: readonly FileMark[], log: FileLog) {
    this.log = log
    this.known = new KnownContents(marks)
  }

  /**
   * Where a file is. What is found is nobody else's from here on; of one name, ask for the older files first.
   *
   * @throws {DeadbeatError} With the system's code, if its path or its directory can't be looked at.
   */
  find(mark: FileMark): Whereabouts {
    const isKnown = mark.over === true ? () => false : (entry: Entry) => this.known.has(entry, mark.path)
    let where
    try {
      where = this.listings.look(mark.path, (listing) => findAgain(mark, listing, isKnown))
    } catch (error) {
      const { message } = toError(error)
      const what = `cannot look for ${mark.path}, which was read up to byte ${mark.offset}: ${message}`
      throw new DeadbeatError(codeOf(error) || 'EIO', what, { cause: error })
    }
    if (where.found !== null) this.take(where.found)
    // Where a pattern is followed, what was rotated has names of its own.
    return { ...where, newer: where.newer.filter((entry) => !this.known.isElsewhere(entry, mark.path)) }
  }

  /** The file that has this path now, if it is nobody's. From here on it is somebody's. */
  takePresent(path: string): Entry | null {
    const present = this.listings.around(path).at(path)
    if (present === null || this.known.has(present, path)) return null
    this.take(present)
    return present
  }

  /** A file is somebody's. */
  take({ id, birth, head }: Entry): void {
    this.known.add({ id, birth: String(birth), ...fingerprintOf(head) })
  }

  /** Say that a file wasn't found. Answers how many bytes are lost at least. */
  tellLost(mark: FileMark, { isReplaced, tried }: Whereabouts): number {
    const { path, offset, size = offset } = mark
    const lost = size - offset
    const fields = { file: path, readBytes: offset, lostBytes: lost }
    const what =
      lost > 0 ? `at least ${lost} bytes of it are lost unread` : 'what it had besides is lost unread, if anything'
    if (isReplaced) {
      this.log.warn(fields, `${path} was truncated while nobody read it, behind byte ${offset}: ${what} (${tried})`)
    } else if (lost === 0 && this.isGoneAsExpected(mark)) {
      this.log.info(fields, `an older file of ${path}, read to its end at byte ${offset}, is gone`)
    } else {
      const message = `the file that was ${path}, read up to byte ${offset}, can't be found: ${what}; ${tried}`
      // Of one that was empty nothing can be recognised; what was written since is read, wherever it is.
      if (mark.length === 0) this.log.warn(fields, message)
      else this.log.error(fields, message)
    }
    return lost
  }

  /** Whether a file had been rotated before, or its name is that of another that was read: the next to be deleted. */
  private isGoneAsExpected({ path, rotated }: FileMark): boolean {
    if (rotated === true) return true
    const present = this.listings.around(path).at(path)
    return present !== null && this.known.has(present, path)
  }
}

/** Where a range of a file is, whoever else reads that file. */
export function findRange(sought: Sought): Whereabouts {
  return new Listings().look(sought.path, (listing) => findAgain(sought, listing, () => false))
}
