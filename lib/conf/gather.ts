/** gather(): one typed object of settings from defaults, files, the environment and flags. */
import type { Insert, Settings } from '../settings/index.js'
import { ConfigError } from '../errors/index.js'
import { escapeControls } from '../errors/escape-controls.js'
import { noFindings, type Findings } from './findings.js'
import { helpText } from './help.js'
import { describeSchema, type SchemaRow } from './schema.js'
import { settle, type Origin } from './settle.js'
import { fromEnvironment, fromFile, fromFlags } from './sources.js'
import { takeFlag } from './take-flag.js'

/** Where the values come from. */
export interface GatherOptions {
  /** The flags, `--config FILE` among them; the program's own if there are none given. */
  readonly argv?: readonly string[]
  /** The environment; the process's if there is none given. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The configuration file; null for none, undefined for what `--config` says. */
  readonly file?: string | null
  /** What the names of all environment variables begin with; `'DEADBEAT'`. */
  readonly prefix?: string
  /**
   * Whether a fault is written to stderr and ends the process with code 78, and `--help` is answered and ends it
   * with 0. True if `argv` is not given, for then the caller is the program.
   */
  readonly exitOnError?: boolean
  /** Hears of what is unwise though it works: a secret that everybody may read. Without it stderr does. */
  readonly onWarning?: (warning: string) => void
}

/** Settings with where each of them comes from. */
export interface Gathered<S extends Insert> {
  readonly settings: Settings<S>
  /** By paths, in the order of the schema. */
  readonly origins: ReadonlyMap<string, Origin>
}

/** EX_CONFIG of sysexits.h. */
const EX_CONFIG = 78

/**
 * Gather the settings of a schema: an object of inserts, each a section. What comes later wins: defaults, the
 * file, the environment, the flags. Every fault of every source is reported at once.
 *
 * @throws {ConfigError} If a key is unknown, a value breaks its rule, a required one is missing, or a file is unreadable.
 * @throws {TypeError} If the schema itself is impossible.
 * @example
 * const dns = { cacheMax: { doc: 'How many names are kept.', format: 'nat', default: 100 } }
 * assert.deepEqual(gather({ dns }, { argv: ['--dns.cache-max', '5'], env: {} }), { dns: { cacheMax: 5 } })
 * assert.throws(() => gather({ dns }, { argv: ['--dns.cach-max=5'], env: {} }), /did you mean --dns.cache-max/)
 */
export function gather<const S extends Insert>(schema: S, options: GatherOptions = {}): Settings<S> {
  return gatherWithOrigins(schema, options).settings
}

/**
 * The same, with where each value comes from.
 *
 * @throws {ConfigError} As `gather` does.
 * @example
 * const { origins } = gatherWithOrigins({ a: { n: { doc: 'x', default: 1 } } }, { argv: [], env: { DEADBEAT_A_N: '2' } })
 * assert.deepEqual([origins.get('a.n').origin, origins.get('a.n').written], ['DEADBEAT_A_N', '2'])
 */
export function gatherWithOrigins<const S extends Insert>(schema: S, options: GatherOptions = {}): Gathered<S> {
  const rows = describeSchema(schema, options.prefix === undefined ? {} : { prefix: options.prefix })
  const argv = options.argv ?? process.argv.slice(2)
  const exits = options.exitOnError ?? options.argv === undefined
  if (exits && argv.includes('--help')) {
    process.stdout.write(helpText(rows, process.stdout.columns))
    process.exit(0)
  }
  try {
    const sources = sourcesOf(rows, argv, options)
    const settled = settle(rows, sources)
    for (const warning of sources.flatMap(({ warnings }) => warnings)) (options.onWarning ?? warn)(warning)
    return settled as unknown as Gathered<S>
  } catch (error) {
    if (!exits || !(error instanceof ConfigError)) throw error
    process.stderr.write(`configuration: ${error.faults.map(escapeControls).join('\n  ')}\n`)
    process.exit(EX_CONFIG)
  }
}

function sourcesOf(rows: readonly SchemaRow[], argv: readonly string[], options: GatherOptions): Findings[] {
  const { value: named, rest } = takeFlag(argv, '--config')
  const file = options.file === undefined ? named : options.file
  return [
    file === null ? noFindings() : fromFile(file, rows),
    fromEnvironment(options.env ?? process.env, rows),
    fromFlags(rest, rows),
  ]
}

function warn(warning: string): void {
  process.stderr.write(`configuration: ${escapeControls(warning)}\n`)
}
