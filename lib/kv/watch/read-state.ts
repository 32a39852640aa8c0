/** Reading ranges whole, however large they are: in pages, all of one revision. */
import type { Engine, Kv } from '../engine/engine.js'
import type { Range } from '../engine/range.js'
import { CompactedError } from '../errors.js'

/** What some ranges have at a revision. */
export interface State {
  readonly revision: number
  /** One list for each range, ascending by key. */
  readonly results: readonly (readonly Kv[])[]
}

/** How to read. */
export interface ReadOptions {
  /** The state of this revision; not given: the current one. */
  readonly revision?: number | undefined
  /** Leave out the values. */
  readonly keysOnly?: boolean
  /** How many keys one request brings; 10,000 if it isn't given. */
  readonly pageMax?: number
}

/**
 * Read all keys of some ranges, as of one revision.
 *
 * @throws {CompactedError} If the revision asked for is gone. The current one that goes meanwhile is read anew.
 * @throws {UnavailableError} If the store can't be reached.
 */
export async function readState(engine: Engine, ranges: readonly Range[], options: ReadOptions = {}): Promise<State> {
  for (;;) {
    try {
      return await readPages(engine, ranges, options)
    } catch (error) {
      if (!(error instanceof CompactedError) || options.revision !== undefined) throw error
    }
  }
}

async function readPages(engine: Engine, ranges: readonly Range[], options: ReadOptions): Promise<State> {
  const { keysOnly = false, pageMax = 10_000 } = options
  const requests = ranges.map((range) => ({ ...range, keysOnly, limit: pageMax }))
  const first = await engine.range(requests, options.revision)
  const { revision } = first
  const results: (readonly Kv[])[] = []
  for (const [i, range] of ranges.entries()) {
    const { kvs = [], count = 0 } = first.results[i] ?? {}
    const all = [...kvs]
    while (all.length < count) {
      const key = `${all.at(-1)?.key ?? ''}\0` // The least key behind the last one.
      const page = await engine.range([{ ...range, key, keysOnly, limit: pageMax }], revision)
      const more = page.results[0]?.kvs ?? []
      if (more.length === 0) break
      for (const kv of more) all.push(kv)
    }
    results.push(all)
  }
  return { revision, results }
}
