/** Opens a file that was found in a directory, whatever its name is by now. */
import { closeSync } from 'node:fs'
import { codeOf } from '../errors/index.js'
import { Listings, type Entry } from './listing.js'
import { openTail, type Opened } from './open-tail.js'

/**
 * Open it at its beginning. Null if it has no name in its directory any more.
 *
 * @throws What opening throws.
 */
export function openEntry(entry: Entry): Opened | null {
  const opened = tryOpen(entry)
  if (opened !== null) return opened
  const moved = new Listings().around(entry.path).withId(entry.id)
  return moved === null ? null : tryOpen(moved)
}

function tryOpen({ path, id, packing }: Entry): Opened | null {
  let opened
  try {
    opened = openTail(path, false, packing === 'gzip')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
  if (opened.file.id === id) return opened
  closeSync(opened.fd) // The name was given away since it was found.
  return null
}
