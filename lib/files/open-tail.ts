/** Opens the file that has a name now, to be followed. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { DeadbeatError } from '../errors/index.js'
import { readAt } from './cut-chunk.js'
import { fingerprintOf, headOf } from './fingerprint.js'
import { TailedFile, identityOf } from './tailed-file.js'

const LINE_FEED = 10
/** How far from its end a file is searched for the beginning of its unfinished last line. */
const LOOK_BACK = 65536

/** Opening a FIFO must not wait for its writer. */
export const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY

/** A file that was opened. Whoever has it closes its descriptor. */
export interface Opened {
  readonly file: TailedFile
  readonly fd: number
}

/**
 * Open a file at its beginning or, `atEnd`, behind its last complete line: a line that is just being written is new.
 * One that `isPacked` is compressed by gzip.
 *
 * @throws What opening throws; a DeadbeatError with code EISDIR for a directory, ENOTSUP for what else is no regular file.
 */
export function openTail(path: string, atEnd: boolean, isPacked = false): Opened {
  const fd = openSync(path, OPEN_FLAGS)
  try {
    const stat = fstatSync(fd, { bigint: true })
    if (stat.isDirectory()) throw new DeadbeatError('EISDIR', `it is a directory; name its files: ${path}/*`)
    if (!stat.isFile()) throw new DeadbeatError('ENOTSUP', 'it is no regular file')
    const size = Number(stat.size)
    const file = new TailedFile(path, identityOf(stat.dev, stat.ino), atEnd ? lastLineStart(fd, size) : 0)
    file.seen = size
    file.birth = stat.birthtimeNs
    file.since = stat.mtimeNs
    file.isPacked = isPacked
    file.fingerprint = fingerprintOf(headOf(fd, isPacked))
    file.beganEmpty = file.fingerprint.length === 0
    return { file, fd }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function lastLineStart(fd: number, size: number): number {
  const from = Math.max(0, size - LOOK_BACK)
  const last = readAt(fd, from, size - from).lastIndexOf(LINE_FEED)
  if (last >= 0) return from + last + 1
  return from === 0 ? 0 : size
}
