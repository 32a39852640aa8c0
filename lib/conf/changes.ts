/** What a second gathering of the same sources changed: what a reload goes by. */
import { isDeepStrictEqual, types } from 'node:util'
import type { Insert, Settings } from '../settings/index.js'
import { gather, type GatherOptions } from './gather.js'
import { describeSchema } from './schema.js'

/** A second gathering: the settings as they are now, and the paths of those that changed. */
export interface Regathered<S extends Insert> {
  readonly settings: Settings<S>
  /** `['dns.cacheMax']`, in the order of the schema; empty if nothing changed. */
  readonly changed: readonly string[]
}

/**
 * Gather from the same sources as at the start, and compare with what was gathered then. It never ends the process.
 *
 * @param before The settings in use.
 * @param options The same as at the start, `argv` among them.
 * @throws {ConfigError} With every fault, as `gather` does; what is in use stays as it is.
 * @example
 * const schema = { dns: { cacheMax: { doc: 'How many.', format: 'nat', default: 5 } } }
 * const before = gather(schema, { argv: [], env: {} })
 * assert.deepEqual(gatherAgain(schema, before, { argv: [], env: { DEADBEAT_DNS_CACHE_MAX: '6' } }).changed, ['dns.cacheMax'])
 */
export function gatherAgain<const S extends Insert>(
  schema: S,
  before: Settings<S>,
  options: GatherOptions & { readonly argv: readonly string[] },
): Regathered<S> {
  const settings = gather(schema, { ...options, exitOnError: false })
  return { settings, changed: changedPaths(schema, before, settings) }
}

/**
 * The paths of the settings whose values differ between two gatherings of one schema, in its order. Lists, objects and
 * regular expressions are compared by what they hold.
 *
 * @example
 * const schema = { a: { only: { doc: 'What.', format: 'regexp', default: null } } }
 * assert.deepEqual(changedPaths(schema, { a: { only: /x/ } }, { a: { only: /x/ } }), [])
 * assert.deepEqual(changedPaths(schema, { a: { only: /x/ } }, { a: { only: /x/i } }), ['a.only'])
 */
export function changedPaths<const S extends Insert>(schema: S, before: Settings<S>, after: Settings<S>): string[] {
  return describeSchema(schema)
    .map(({ path }) => path)
    .filter((path) => !isSame(valueAt(before, path), valueAt(after, path)))
}

function isSame(before: unknown, after: unknown): boolean {
  // Where its last match ended is none of the operator's business.
  if (types.isRegExp(before) && types.isRegExp(after)) return String(before) === String(after)
  return isDeepStrictEqual(before, after)
}

function valueAt(settings: unknown, path: string): unknown {
  let value = settings
  for (const key of path.split('.')) value = (value as Readonly<Record<string, unknown>>)[key]
  return value
}
