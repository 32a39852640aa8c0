/** Directories of a test file, which go when it is through. */
import { afterAll } from '@jest/globals'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []
afterAll(() => made.splice(0).forEach((directory) => rmSync(directory, { recursive: true, force: true })))

/** The path of a new directory, without links in it. */
export function temporary(parent = tmpdir()): string {
  const directory = realpathSync(mkdtempSync(join(parent, 'deadbeat-test-')))
  made.push(directory)
  return directory
}

/** The same in memory where there is room, for a server that syncs all that it writes. */
export function temporaryForServer(): string {
  return temporary(process.env['DEADBEAT_TEST_MEMORY'])
}
