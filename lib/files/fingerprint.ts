/** What a file begins with, as a short text: tells its content from another's, whatever its name and its inode are. */
import { readSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** The hash of a file's first bytes. A file that only grows keeps it. */
export interface Fingerprint {
  /** Empty where no bytes are known. */
  readonly hash: string
  /** Of how many bytes it is: `FINGERPRINT_MAX`, or fewer if the file was shorter. */
  readonly length: number
}

/** Of how many bytes a fingerprint is at most. */
export const FINGERPRINT_MAX = 1024

/** That of an empty file: every file begins like it. */
export const NO_FINGERPRINT: Fingerprint = { hash: '', length: 0 }

/** Packed bytes that give at least `FINGERPRINT_MAX` unpacked ones, however little they could be packed. */
const PACKED_BYTES = 8192

/**
 * The first bytes of a file, at most `FINGERPRINT_MAX`; of one that is packed by gzip, of what it unpacks to.
 *
 * @throws What reading throws. What can't be unpacked gives nothing.
 */
export function headOf(fd: number, isPacked: boolean): Buffer {
  if (!isPacked) return readHead(fd, FINGERPRINT_MAX)
  const packed = readHead(fd, PACKED_BYTES)
  if (packed.length === 0) return packed
  const { constants, gunzipSync } = require('node:zlib') as typeof import('node:zlib')
  try {
    return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, FINGERPRINT_MAX)
  } catch {
    return Buffer.alloc(0) // Reading it will fail too, and say how.
  }
}

/**
 * The fingerprint of a file that begins with these bytes. Null stands for one that can't be read.
 *
 * @example
 * assert.equal(fingerprintOf(Buffer.from('one')).length, 3)
 */
export function fingerprintOf(head: Buffer | null): Fingerprint {
  return head === null || head.length === 0 ? NO_FINGERPRINT : { hash: hashOf(head), length: head.length }
}

/**
 * Whether a file that begins with these bytes may be the one that had the fingerprint.
 *
 * @example
 * const one = fingerprintOf(Buffer.from('one'))
 * assert.deepEqual([hasFingerprint(Buffer.from('one more'), one), hasFingerprint(Buffer.from('two'), one)], [true, false])
 */
export function hasFingerprint(head: Buffer, { hash, length }: Fingerprint): boolean {
  return length === 0 || (head.length >= length && hashOf(head.subarray(0, length)) === hash)
}

/** Whether a fingerprint that was taken when the file was shorter is worth being taken anew, at this size. */
export function isOutgrown({ length }: Fingerprint, size: number): boolean {
  // Doubled, so that a file that grows line by line is looked at ten times in its life.
  return length < FINGERPRINT_MAX && size > length && size >= Math.min(FINGERPRINT_MAX, 2 * length)
}

function readHead(fd: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  return bytes.subarray(0, readSync(fd, bytes, 0, length, 0))
}

function hashOf(bytes: Buffer): string {
  const { hash } = require('node:crypto') as typeof import('node:crypto') // It takes 3 ms to load.
  return hash('sha256', bytes, 'base64url').slice(0, 16)
}
