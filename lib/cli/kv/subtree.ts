/** A key with all that lies below it, however deep: what `list --all`, `delete --recursive`, `export` and `diff` see. */
import type { Engine, Kv } from '../../kv/engine/engine.js'
import { prefixRange, type Key, type Range } from '../../kv/engine/range.js'
import { CompactedError } from '../../kv/errors.js'
import { comparePaths, depthOf, keyOf, pathOf } from '../../kv/path.js'

/** A key by its path. */
export interface Found {
  readonly path: string
  readonly kv: Kv
}

/** What was found, all as of one revision, in the order of paths. */
export interface Tree {
  readonly revision: number
  readonly found: readonly Found[]
}

/** What is read. */
export interface TreeOptions {
  /** As of this revision; not given: now. */
  readonly revision?: number | undefined
  /** Leave out the values. */
  readonly keysOnly?: boolean
  /** How many levels below the path; not given: all. */
  readonly levels?: number
}

/** All keys that have a path: their depth comes first. */
export const ALL_PATHS: Required<Range> = { key: '1', end: ':' }

/** How many keys are read at once: an answer has to fit into memory a few times over. */
const PAGE = 5000
/** How often a reading that the history was compacted under begins anew. */
const RETRIES = 5

/**
 * Read a key and what lies below it; `''` is everything.
 *
 * @throws {CompactedError} If the revision asked for is gone.
 */
export async function readTree(engine: Engine, path: string, options: TreeOptions = {}): Promise<Tree> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readOnce(engine, path, options)
    } catch (error) {
      // It is read in several requests, as of the revision of the first.
      const isAgain = error instanceof CompactedError && options.revision === undefined && attempt < RETRIES
      if (!isAgain) throw error
    }
  }
}

async function readOnce(engine: Engine, path: string, options: TreeOptions): Promise<Tree> {
  const { keysOnly = false, levels = Infinity } = options
  const { revision, depths } = await depthsOf(engine, options.revision)
  const top = depthOf(path)
  const below = depths.filter((depth) => depth > top && depth <= top + levels)
  const ranges = [...(path === '' ? [] : [{ key: keyOf(path) }]), ...below.map((depth) => levelBelow(path, depth))]
  const found: Found[] = []
  for (const range of ranges) {
    for await (const kv of pagesOf(engine, range, revision, keysOnly)) {
      const itsPath = pathOf(kv.key)
      if (itsPath !== null) found.push({ path: itsPath, kv })
    }
  }
  return { revision, found: found.sort((a, b) => comparePaths(a.path, b.path)) }
}

/** All keys of a depth below a path. */
export function levelBelow(path: string, depth: number): Required<Range> {
  return prefixRange(keyOf(`${path}/`, depth - depthOf(path) - 1))
}

/** Whether a path is another, or lies below it; all lie below `''`. */
export function isIn(tree: string, path: string): boolean {
  return path === tree || path.startsWith(`${tree}/`)
}

/**
 * Which depths the paths of a store have. The keys of one depth lie side by side, so that each costs one look, and none
 * is overlooked however deep it is.
 */
export async function depthsOf(
  engine: Engine,
  revision?: number,
): Promise<{ revision: number; depths: readonly number[] }> {
  const depths: number[] = []
  let at = revision
  for (let from: Key = ALL_PATHS.key; ;) {
    const read = await engine.range([{ key: from, end: ALL_PATHS.end, limit: 1, keysOnly: true }], at)
    at = read.revision
    const key: Key | undefined = read.results[0]?.kvs[0]?.key
    if (key === undefined) break
    const [, digits = '', next = ''] = /^(\d+)([^]?)/.exec(key) ?? []
    if (next === '/') depths.push(Number(digits))
    from = next === '' ? `${key}\0` : prefixRange(digits + next).end
  }
  return { revision: at, depths: depths.sort((a, b) => a - b) }
}

async function* pagesOf(engine: Engine, range: Range, revision: number, keysOnly: boolean): AsyncGenerator<Kv> {
  for (let from: Key = range.key; ;) {
    const read = await engine.range([{ ...range, key: from, limit: PAGE, keysOnly }], revision)
    const kvs: readonly Kv[] = read.results[0]?.kvs ?? []
    yield* kvs
    const last: Kv | undefined = kvs[PAGE - 1]
    if (last === undefined || range.end === undefined) return
    from = `${last.key}\0`
  }
}
