/** Whether a file that is being read still has the content that it was begun with, and whether another has its. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { FINGERPRINT_MAX, fingerprintOf, hasFingerprint, headOf, isOutgrown } from './fingerprint.js'
import type { Entry } from './listing.js'
import type { OpenFiles } from './open-files.js'
import type { TailedFile } from './tailed-file.js'

/**
 * Whether a file of at least `size` bytes begins as it did, where that is in doubt. The fingerprint of one that was
 * short grows with it.
 */
export function hasSameContent(file: TailedFile, size: number, open: OpenFiles): boolean {
  const isShort = isOutgrown(file.fingerprint, size)
  if (file.isPacked || !(file.isSuspect || isShort) || !open.secure(file)) return true
  const head = headOf(file.fd, false)
  file.isSuspect = !hasFingerprint(head, file.fingerprint)
  if (isShort && !file.isSuspect) file.fingerprint = fingerprintOf(head)
  return !file.isSuspect
}

/** Whether a file that was read to its end, at `size`, was truncated, be it to what was read of it. */
export function isTruncated(file: TailedFile, size: number, open: OpenFiles): boolean {
  if (size < file.scanned) return true
  // Either other content, or only its end was taken back.
  if (size < file.seen) file.isSuspect = true
  if (!hasSameContent(file, size, open)) return true
  file.seen = size
  return false
}

/** A file was written to and can't be read at once: see to it that nothing of it gets lost meanwhile. */
export function noteWritten(file: TailedFile, open: OpenFiles): void {
  try {
    // Once it is open, it can be deleted; once it is known what it begins with, it can be truncated.
    if (open.secure(file)) file.seen = Math.max(file.seen, fstatSync(file.fd).size)
    if (isOutgrown(file.fingerprint, file.seen)) hasSameContent(file, file.seen, open)
  } catch {
    // Over a network another may have deleted it: its reading will fail too, and be reported.
  }
  file.isSuspect = true
}

/**
 * Whether an entry holds what an open file begins with: all of it, as far as its own beginning and end tell. Of a packed one
 * only the beginning is looked at.
 */
export function holdsBeginningOf(fd: number, { path, packing, head, size }: Entry): boolean {
  if (head === null || head.length === 0 || !headOf(fd, false).subarray(0, head.length).equals(head)) return false
  if (packing !== 'none' || size <= head.length) return true
  let copy = -1
  try {
    copy = openSync(path, 'r')
    return bytesBefore(size, copy).equals(bytesBefore(size, fd))
  } catch {
    return true // It is gone: there is nothing to read in it.
  } finally {
    if (copy >= 0) closeSync(copy)
  }
}

function bytesBefore(end: number, fd: number): Buffer {
  const bytes = Buffer.alloc(FINGERPRINT_MAX)
  return bytes.subarray(0, readSync(fd, bytes, 0, FINGERPRINT_MAX, Math.max(0, end - FINGERPRINT_MAX)))
}
