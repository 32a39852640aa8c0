/** Directories with all that lie above them. */
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from '../errors/index.js'

/**
 * Make a directory, and what is missing above it; one that is there stays as it is. Node's own way of doing this never ends
 * where a directory says of each name in it that it doesn't exist, and lets none be made, as in /proc.
 *
 * @throws {Error} With the system's code if it can't be made, or something else has its name.
 * @example
 * assert.throws(() => makeDirectories('/proc/deadbeat/a/b', 0o700), { code: 'ENOENT' })
 */
export function makeDirectories(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && dirname(path) !== path && !isDirectory(dirname(path))) {
      makeDirectories(dirname(path), mode)
      makeDirectories(path, mode)
    } else if (!isDirectory(path)) throw error
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
