/** Opens a file to append to it, and says what to do where that, or the writing, fails. */
import { mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'

/** Which file is opened, and how. */
export interface OpenAppendOptions {
  readonly path: string
  /** The mode of a file that is made. */
  readonly mode: number
  /** Whether missing directories are made. */
  readonly mkdir: boolean
}

/**
 * Open a file to append to it, making it if it doesn't exist. Answers its descriptor.
 *
 * @throws {DeadbeatError} With the system's code, if it can't be opened.
 */
export function openAppend({ path, mode, mkdir }: OpenAppendOptions): number {
  try {
    if (mkdir) mkdirSync(dirname(path), { recursive: true })
    return openSync(path, 'a', mode)
  } catch (error) {
    const hint = codeOf(error) === 'ENOENT' ? '; make its directory, or set mkdir' : ''
    const message = `cannot open ${path} to append to it: ${toError(error).message}${hint}`
    throw new DeadbeatError(codeOf(error) || 'EIO', message, { cause: error })
  }
}

/** What an operator can do about a failed write, as a part of a message; empty if nobody knows. */
export function advice(error: Error): string {
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'make room on the disk; '
  return code === 'EIO' ? 'look after the disk; ' : ''
}
