/** Opens a file to append to it, and says what to do where that, or the writing, fails. */
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { syncDirectoriesTo } from './sync-directory.js'
import type { SyncOptions } from './syncing.js'

/** Which file is opened, and how. */
export interface OpenAppendOptions {
  readonly path: string
  /** The mode of a file that is made. */
  readonly mode: number
  /** Whether missing directories are made. */
  readonly mkdir: boolean
  /** Unless it is none, the file's name survives a loss of power. */
  readonly sync: SyncOptions['sync']
}

/**
 * Open a file to append to it, making it if it doesn't exist. Answers its descriptor.
 *
 * @throws {DeadbeatError} With code ERR_OUTPUT_FILE, if it can't be opened.
 */
export function openAppend({ path, mode, mkdir, sync }: OpenAppendOptions): number {
  try {
    if (mkdir) mkdirSync(dirname(path), { recursive: true })
    const fd = openSync(path, 'a', mode)
    if (sync !== 'none') keepName(path, fd)
    return fd
  } catch (error) {
    const hint = codeOf(error) === 'ENOENT' ? '; make its directory, or set mkdir' : ''
    const message = `cannot open ${path} to append to it: ${toError(error).message}${hint}`
    throw new DeadbeatError('ERR_OUTPUT_FILE', message, { cause: error })
  }
}

function keepName(path: string, fd: number): void {
  try {
    syncDirectoriesTo(path)
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/**
 * Cut the last bytes off a file of that length: what was written of a batch that stopped midway, maybe within a line.
 * Nothing of it is acknowledged, so that all of it will come again. A file that has changed since is left alone.
 */
export function takeBack(fd: number, length: number, count: number): void {
  try {
    if (count > 0 && fstatSync(fd).size === length) ftruncateSync(fd, length - count)
  } catch {
    // One that can only be appended to keeps what it has.
  }
}

/** What an operator can do about a failed write, as a part of a message; empty if nobody knows. */
export function advice(error: Error): string {
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'make room on the disk; '
  return code === 'EIO' ? 'look after the disk; ' : ''
}
