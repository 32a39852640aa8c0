/** Reads a range of lines again that an earlier run has put, wherever its file is by now. */
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { readAt, type Piece } from './cut-chunk.js'
import type { RangeMark } from './file-mark.js'
import { hasFingerprint, headOf } from './fingerprint.js'
import type { FileLog } from './loop.js'
import { mayPass } from './may-pass.js'
import { openEntry } from './open-entry.js'
import { findRange } from './search.js'
import { isSameBirth, type FileRange, type TailedFile } from './tailed-file.js'
import { textOfPiece, type TextOptions } from './text.js'
import type { UnpackedRanges } from './unpacked-ranges.js'

/** Who has files that are open already, and takes in others for the sake of their ranges. */
export interface RangeOwner {
  readonly log: FileLog
  /** A file of this device and inode, if there is one. */
  withId(id: string): TailedFile | undefined
  /** Take in a file of which nothing but ranges is wanted. */
  keep(file: TailedFile, fd: number): void
  /** The descriptor of a file. Null if its bytes are gone. */
  descriptor(file: TailedFile): number | null
}

/** A range that goes on its way again. */
export interface RangeAgain {
  readonly range: FileRange
  /** Its lines up to the last that is wanted; null for each that isn't. */
  readonly lines: readonly (string | null)[]
  /** How many bytes they have. */
  readonly bytes: number
}

/** What names a range of a file in a later run. */
export function rangeMark({ file, start, end, isLong }: FileRange): RangeMark {
  const { path, id, birth, since, hash, length, packed } = file.mark()
  const content = { path, id, birth, since, hash, length, ...(packed === true && { packed }) }
  return { ...content, start, end, ...(isLong && { long: true }) }
}

/**
 * Read the lines with these numbers again. Null, and an error in the log, if they are gone.
 *
 * @throws {DeadbeatError} With the system's code, if they can't be read now, and may be later.
 */
export async function readAgain(
  mark: RangeMark,
  ks: readonly number[],
  owner: RangeOwner,
  options: TextOptions & { readonly lineMax: number },
  unpacked: UnpackedRanges,
): Promise<RangeAgain | null> {
  const { path, start, end, long = false } = mark
  const lost = (why: string): null => {
    const message = `lines ${ks.join(', ')} of ${path}, bytes ${start} to ${end}, were under way and can't be read again: ${why}`
    owner.log.error({ file: path, start, end, lines: ks }, message)
    return null
  }
  try {
    const file = fileOf(mark, owner)
    if (typeof file === 'string') return lost(file)
    const wanted = wantedOf(mark, options.lineMax)
    const fd = owner.descriptor(file) ?? -1
    const bytes = file.isPacked ? await unpacked.read(fd, file.id, start, wanted) : readAt(fd, start, wanted)
    const to = bytes.at(-1) === LINE_FEED && !long ? bytes.length - 1 : bytes.length
    const piece: Piece = { bytes, from: 0, to, start, end, isLong: long }
    if (bytes.length < wanted) return lost('they are not there any more')
    const all = textOfPiece(piece, options).split('\n')
    const last = ks.at(-1) ?? -1
    if (last >= all.length) return lost(`these bytes are ${all.length} lines`)
    const isWanted = new Set(ks)
    const lines = all.slice(0, last + 1).map((line, k) => (isWanted.has(k) ? line : null))
    const range = file.beginAgain(start, end, file.isPacked ? Buffer.from(bytes.subarray(0, to)) : null, long)
    return { range, lines, bytes: to }
  } catch (error) {
    const { message } = toError(error)
    if (!mayPass(codeOf(error))) return lost(message)
    const what = `cannot read lines ${ks.join(', ')} of ${path}, bytes ${start} to ${end}, which were under way: ${message}`
    throw new DeadbeatError(codeOf(error), what, { cause: error })
  }
}

/** A range whose lines have come as far as they could, for the sake of its originals. Null, and a warning, if they are gone. */
export async function rangeAgain(
  mark: RangeMark,
  owner: RangeOwner,
  lineMax: number,
  unpacked: UnpackedRanges,
): Promise<FileRange | null> {
  const { path, start, end, long = false } = mark
  const gone = (why: string): null => {
    const message = `the originals of ${path}, bytes ${start} to ${end}, of which something was under way, can't be read again: ${why}`
    owner.log.warn({ file: path, start, end }, message)
    return null
  }
  try {
    const file = fileOf(mark, owner)
    if (typeof file === 'string') return gone(file)
    const fd = owner.descriptor(file) ?? -1
    const bytes = file.isPacked ? await unpacked.read(fd, file.id, start, wantedOf(mark, lineMax)) : null
    return file.beginAgain(start, end, bytes, long)
  } catch (error) {
    return gone(toError(error).message)
  }
}

/** How many bytes of a range are looked at: of a line that is too long, only what was put. */
function wantedOf({ start, end, long }: RangeMark, lineMax: number): number {
  return long === true ? Math.min(end - start, lineMax) : end - start
}

const LINE_FEED = 10

/** The file of a range; why there is none. */
function fileOf(mark: RangeMark, owner: RangeOwner): TailedFile | string {
  const known = owner.withId(mark.id)
  if (known !== undefined && isSameBirth(known.birth, BigInt(mark.birth))) {
    const fd = owner.descriptor(known)
    if (fd !== null && hasFingerprint(headOf(fd, known.isPacked), mark)) return known
  }
  const { found, tried, isReplaced } = findRange({ ...mark, offset: mark.end })
  if (found === null) return isReplaced ? `it was truncated; ${tried}` : tried
  const before = owner.withId(found.id)
  if (before !== undefined && before.birth === found.birth) return before
  const opened = openEntry(found)
  if (opened === null) return `${found.path} vanished`
  const { file, fd } = opened
  file.path = mark.path
  file.isLeaving = true
  file.goOnAt(mark.end)
  owner.keep(file, fd)
  return file
}
