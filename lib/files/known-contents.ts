/** Which files were read already, or are being read, by what earlier runs noted of them. */
import { fstatSync } from 'node:fs'
import type { ContentMark, FileMark } from './file-mark.js'
import type { Followed } from './followed-name.js'
import { FINGERPRINT_MAX, hasFingerprint } from './fingerprint.js'
import type { Entry } from './listing.js'
import { stemOf } from './rotated-beside.js'
import { isSameBirth, type TailedFile } from './tailed-file.js'

/** What tells one inode from another that may have had its number. */
export type KnownInode = Pick<ContentMark, 'id' | 'birth' | 'hash' | 'length'>

/** The contents that earlier runs knew. */
export class KnownContents {
  private readonly inodes = new Map<string, KnownInode>()
  /** Those with a fingerprint, by what rotations made their paths of. */
  private readonly marks = new Map<string, FileMark[]>()

  constructor(marks: Iterable<FileMark>) {
    for (const mark of marks) {
      this.add(mark)
      if (mark.length === 0) continue
      const stem = stemOf(mark.path)
      const ofStem = this.marks.get(stem)
      if (ofStem === undefined) this.marks.set(stem, [mark])
      else ofStem.push(mark)
    }
  }

  /** An inode is taken. */
  add(inode: KnownInode): void {
    this.inodes.set(inode.id, inode)
  }

  /** Whether a file that lies beside a path is known: as an inode, or as a copy of what was read there. */
  has(entry: Entry, path: string): boolean {
    const inode = this.inodes.get(entry.id)
    if (inode !== undefined && isSameFile(entry, inode)) return true
    return this.marks.get(stemOf(path))?.some((mark) => mark.over === true && isCopyOf(entry, mark)) === true
  }

  /** Whether a file that lies beside a path is a copy of what had another name and isn't over: it is sought for that. */
  isElsewhere(entry: Entry, path: string): boolean {
    return this.marks.get(stemOf(path))?.some((mark) => mark.path !== path && isCopyOf(entry, mark)) === true
  }
}

/**
 * Which of the files that lie beside a path are being followed, or were read: as inodes, or as copies. `except` is a
 * file whose copies are wanted.
 */
export function knownBeside(
  path: string,
  followed: Followed,
  except: TailedFile | null = null,
): (entry: Entry) => boolean {
  const { known, past } = followed
  let contents: KnownContents | null = null // Made where there is something to compare: it takes in all that was read.
  const compressed = (): FileMark[] =>
    [...known.values()].filter((file) => file !== except && isWithoutName(file)).map((file) => file.mark(true))
  return (entry) =>
    known.has(entry.id) || (contents ??= new KnownContents([...past.all(), ...compressed()])).has(entry, path)
}

/** Whether a file that is being read was deleted, as it is when it was compressed: then a copy of it is nothing new. */
function isWithoutName({ fd, isLeaving, isPacked }: TailedFile): boolean {
  return isLeaving && !isPacked && fd >= 0 && fstatSync(fd).nlink === 0
}

/**
 * The number of a deleted inode may have been given away again, and a file may have been copied, truncated and written
 * on: then it is one that nobody has read. Where its beginning can't be read, its birth has to do.
 */
function isSameFile({ birth, head }: Entry, mark: KnownInode): boolean {
  const born = BigInt(mark.birth)
  if (!isSameBirth(birth, born)) return false
  return head === null ? birth !== 0n && born !== 0n : hasFingerprint(head, mark)
}

/** Many short files begin with the same bytes: of those the length must be the same, too. */
function isCopyOf({ head }: Entry, mark: FileMark): boolean {
  return (
    head !== null &&
    hasFingerprint(head, mark) &&
    (mark.length === FINGERPRINT_MAX || head.length === (mark.size ?? mark.offset))
  )
}
