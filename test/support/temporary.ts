/** Directories of a test file, which go when it is through. */
import { afterAll } from '@jest/globals'
import { accessSync, constants, mkdtempSync, realpathSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where the memory is a disk with room for servers, it is quicker: for what has to outlive a process, and no power loss. */
const MEMORY = '/dev/shm'
const MEMORY_BYTES_MIN = 2 * 2 ** 30

const made: string[] = []
afterAll(() => made.splice(0).forEach((directory) => rmSync(directory, { recursive: true, force: true })))

/** The path of a new directory, without links in it. */
export function temporary(parent = tmpdir()): string {
  const directory = realpathSync(mkdtempSync(join(parent, 'deadbeat-test-')))
  made.push(directory)
  return directory
}

/** The same on the quickest disk that there is, for a server that syncs all that it writes. */
export function temporaryForServer(): string {
  return temporary(hasRoom() ? MEMORY : undefined)
}

function hasRoom(): boolean {
  try {
    accessSync(MEMORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize > MEMORY_BYTES_MIN
  } catch {
    return false
  }
}
