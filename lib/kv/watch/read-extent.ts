/** Reading what a watch would watch. */
import type { Entry } from '../backend/listing.js'
import type { Engine } from '../engine/engine.js'
import { comparePaths, pathOf } from '../path.js'
import { revisionNumber, type DbRevision } from '../revision.js'
import { decodeValue } from '../value.js'
import { readState } from './read-state.js'
import { watchedRanges, type Extent } from './watched-ranges.js'

/** What to read, and of which revision; the current one if it isn't given. */
export interface ReadExtentOptions extends Extent {
  readonly revision?: DbRevision | number | undefined
}

/**
 * The keys of a path's extent with their values, all of one revision, in the order of their paths: what a watch with the
 * same options goes on from.
 *
 * @throws {CompactedError} If the revision is gone.
 * @throws {InvalidPathError} If the path can't be one.
 * @throws {UnavailableError} If the store can't be reached.
 * @example
 * await using kv = new MemoryBackend()
 * await kv.put('/lamps/hall', 'on')
 * const { entries, revision } = await readExtent(kv, '/lamps', { subtree: true })
 * assert.deepEqual([entries, revision], [[['/lamps/hall', 'on', 2]], 2])
 * await using watch = kv.watch('/lamps', { subtree: true, revision })
 */
export async function readExtent(
  { engine }: { readonly engine: Engine },
  path: string,
  { revision: at, ...extent }: ReadExtentOptions = {},
): Promise<{ entries: Entry[]; revision: number }> {
  const { revision, results } = await readState(engine, watchedRanges(path, extent), { revision: revisionNumber(at) })
  const entries: Entry[] = []
  for (const kvs of results) {
    for (const { key, value, mod } of kvs) {
      const each = pathOf(key)
      if (each !== null) entries.push([each, decodeValue(value), mod])
    }
  }
  return { entries: entries.sort(([a], [b]) => comparePaths(a, b)), revision }
}
