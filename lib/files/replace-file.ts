/** Files that are replaced as a whole: who reads one finds the old contents or the new, and never a half. */
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncDirectory } from './sync-directory.js'

/** How a file is replaced. */
export interface ReplaceFileOptions {
  /** The mode of the new file; 0600 if it isn't given. */
  readonly mode?: number
  /** Whether it outlasts a loss of power once this resolves; true if it isn't given. */
  readonly sync?: boolean
}

/**
 * Write a file in the place of the one that is there, or where there is none. What is written lies beside it until it is
 * whole, under a name of its own that begins with a dot. A link is replaced and not followed.
 *
 * @throws the system's error; the old file is as it was.
 * @example
 * const { mkdtempSync, readFileSync } = await import('node:fs')
 * const path = `${mkdtempSync('/tmp/deadbeat-example-')}/ports`
 * await replaceFile(path, '10079\n')
 * assert.equal(readFileSync(path, 'utf8'), '10079\n')
 */
export async function replaceFile(
  path: string,
  contents: string | Uint8Array,
  { mode = 0o600, sync = true }: ReplaceFileOptions = {},
): Promise<void> {
  const directory = dirname(path)
  const beside = `${directory}/.${crypto.randomUUID()}.new`
  const file = await open(beside, 'wx', mode)
  try {
    try {
      await file.writeFile(contents)
      if (sync) await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  if (sync) await syncDirectory(directory)
}
