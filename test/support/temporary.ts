/** Directories of a test file, which go when it is through. */
import { afterAll } from '@jest/globals'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []
afterAll(() => made.splice(0).forEach((directory) => rmSync(directory, { recursive: true, force: true })))

/** The path of a new directory, without links in it. */
export function temporary(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'deadbeat-test-')))
  made.push(directory)
  return directory
}
