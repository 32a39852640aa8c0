/** Reading a small file of text: up to a limit, and with who may read it. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from '../errors/index.js'

/** A file that was read. */
export interface Bounded {
  readonly text: string
  /** Whether everybody on this machine may read it. */
  readonly isPublic: boolean
}

/**
 * Read a file of at most `bytesMax` bytes in UTF-8. A mark of the byte order is left out.
 *
 * @throws {Error} If it can't be read, is larger, or in another code; the message says why, without the name.
 */
export function readBounded(file: string, bytesMax: number): Bounded {
  let fd: number
  try {
    fd = openSync(file, 'r')
  } catch (error) {
    throw reasonOf(error)
  }
  try {
    const bytes = readUpTo(fd, bytesMax + 1)
    if (bytes.length > bytesMax) throw new Error(`it is larger than ${bytesMax} bytes`)
    return {
      text: decode(bytes),
      isPublic: (fstatSync(fd).mode & 0o004) !== 0 && (statSync(dirname(file)).mode & 0o001) !== 0,
    }
  } catch (error) {
    throw reasonOf(error)
  } finally {
    closeSync(fd)
  }
}

function readUpTo(fd: number, bytesMax: number): Buffer {
  const chunks: Buffer[] = []
  let total = 0
  while (total < bytesMax) {
    const chunk = Buffer.alloc(Math.min(65_536, bytesMax - total))
    const count = readSync(fd, chunk)
    if (count === 0) break
    chunks.push(chunk.subarray(0, count))
    total += count
  }
  return Buffer.concat(chunks)
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new Error('it is not in UTF-8', { cause })
  }
}

function reasonOf(cause: unknown): Error {
  const code = codeOf(cause)
  if (code === '') return cause as Error
  return new Error(code === 'ENOENT' ? 'there is no such file' : code, { cause })
}
