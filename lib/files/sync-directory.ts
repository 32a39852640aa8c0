/** A name that was made, changed or removed survives a loss of power once its directory is synced. */
import { closeSync, constants, fsyncSync, openSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { codeOf } from '../errors/index.js'

/** Sync a directory. Does nothing on file systems that can't do that. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } catch (error) {
    if (!isImpossible(error)) throw error
  } finally {
    await directory.close()
  }
}

/** The same, before anything else happens. */
export function syncDirectorySync(path: string): void {
  const fd = openSync(path, constants.O_RDONLY)
  try {
    fsyncSync(fd)
  } catch (error) {
    if (!isImpossible(error)) throw error
  } finally {
    closeSync(fd)
  }
}

/**
 * Sync the directory of a path, and all above it: each of them may have been made a moment ago. One that may not be read
 * is passed over, if it isn't the first.
 */
export function syncDirectoriesTo(path: string): void {
  const first = dirname(resolve(path))
  syncDirectorySync(first)
  for (let directory = dirname(first), below = first; directory !== below; directory = dirname(directory)) {
    below = directory
    try {
      syncDirectorySync(directory)
    } catch (error) {
      if (codeOf(error) !== 'EACCES') throw error
    }
  }
}

function isImpossible(error: unknown): boolean {
  return codeOf(error) === 'EINVAL'
}
