/** What stands among flags and is none: for commands that have flags of their own besides those of settings. */
import type { Insert } from '../settings/index.js'
import { describeSchema, kebab } from './schema.js'
import { fromFlags } from './sources.js'
import { suggestName } from './suggest.js'

/** A word that is no flag. */
export interface Stranger {
  readonly word: string
  /** The flag that was probably meant; null: none is near. */
  readonly meant: string | null
}

/**
 * The words that are no setting's flag, nor the value of one.
 *
 * @param others the flags that the command has besides: they may have been meant.
 * @example
 * const dns = { cacheMax: { doc: 'How many names are kept.', format: 'nat', default: 100 } }
 * const [first] = strangersIn(['--tll', '5s', '--dns.cache-max', '5'], { dns }, ['--ttl'])
 * assert.deepEqual(first, { word: '--tll', meant: '--ttl' })
 */
export function strangersIn(argv: readonly string[], schema: Insert, others: readonly string[]): Stranger[] {
  const rows = describeSchema(schema)
  const known = [...others, ...rows.map(({ flag }) => flag)]
  return fromFlags(argv, rows).strangers.map((word) => ({ word, meant: suggestName(kebab(word), known) }))
}
