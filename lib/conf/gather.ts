/** gather(): one typed object of settings from defaults, a file, the environment and flags. */
import { createRequire } from 'node:module'
import type { FormatValues, Insert, Settings } from '../settings/index.js'
import { ConfigError, describeValue } from '../errors/index.js'
import { escapeControls } from '../errors/escape-controls.js'
import { helpText } from './help.js'
import { readConfigFile } from './file.js'
import { formatRules } from './formats.js'
import { breach, describeSchema, type SchemaRow } from './schema.js'
import { fromEnvironment, fromFlags, fromTree, type Findings } from './sources.js'
import { takeFlag } from './take-flag.js'

// Not by import: Node would parse the text of it once more, for the names of its exports.
const convict = createRequire(import.meta.url)('convict') as typeof import('convict')

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
}

/** EX_CONFIG of sysexits.h. */
const EX_CONFIG = 78

for (const [name, rule] of Object.entries(formatRules)) {
  convict.addFormat({
    name: convictName(name as keyof FormatValues),
    validate: (value: unknown) => {
      if (rule.read(value) === undefined && rule.isFinal?.(value) !== true) throw new Error(`must be ${rule.rule}`)
    },
    coerce: (value: unknown): unknown => rule.read(value) ?? value,
  })
}

/**
 * Gather the settings of a schema: an object of inserts, each a section. What comes later wins: defaults, the
 * file, the environment, the flags. Every fault of every source is reported at once.
 *
 * @throws {ConfigError} If a key is unknown, a value breaks its rule, a required one is missing, or the file is unreadable.
 * @throws {TypeError} If the schema itself is impossible.
 * @example
 * const dns = { cacheMax: { doc: 'How many names are kept.', format: 'nat', default: 100 } }
 * assert.deepEqual(gather({ dns }, { argv: ['--dns.cache-max', '5'], env: {} }), { dns: { cacheMax: 5 } })
 * assert.throws(() => gather({ dns }, { argv: ['--dns.cach-max=5'], env: {} }), /did you mean --dns.cache-max/)
 */
export function gather<const S extends Insert>(schema: S, options: GatherOptions = {}): Settings<S> {
  const rows = describeSchema(schema, options.prefix === undefined ? {} : { prefix: options.prefix })
  const argv = options.argv ?? process.argv.slice(2)
  const exits = options.exitOnError ?? options.argv === undefined
  if (exits && argv.includes('--help')) {
    process.stdout.write(helpText(rows))
    process.exit(0)
  }
  try {
    return settle(rows, sourcesOf(rows, argv, options)) as Settings<S>
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
    file === null ? { found: [], faults: [] } : readFile(file, rows),
    fromEnvironment(options.env ?? process.env, rows),
    fromFlags(rest, rows),
  ]
}

function readFile(file: string, rows: readonly SchemaRow[]): Findings {
  try {
    return fromTree(readConfigFile(file), rows, file)
  } catch (error) {
    if (error instanceof ConfigError) return { found: [], faults: [...error.faults], isUnread: true }
    throw error
  }
}

function settle(rows: readonly SchemaRow[], sources: readonly Findings[]): unknown {
  const config = convict(convictSchema(rows), { args: [], env: {} })
  const faults: string[] = []
  const set = new Set<SchemaRow>()
  for (const source of sources) {
    faults.push(...source.faults)
    for (const { row, value, written, origin } of source.found) {
      set.add(row)
      const final = value === null && row.default === null ? null : row.rule.read(value)
      const why = breach(row, final)
      if (why === null) config.set(row.path, row.format === 'object' ? JSON.stringify(final) : final)
      else faults.push(`${row.path} ${why}: it is ${shown(row, written)} (${origin})`)
    }
  }
  // What a file says that can't be read, nobody knows.
  const isUnread = sources.some((source) => source.isUnread)
  for (const row of rows) {
    if (row.default === undefined && !set.has(row) && !isUnread) {
      faults.push(`${row.path} must be set: ${row.rule.rule} (in the file, as ${row.env}, or as ${row.flag})`)
    }
  }
  if (faults.length > 0) throw new ConfigError(faults)
  config.validate({ allowed: 'strict' })
  return treeOf(rows, (row) => {
    const value: unknown = config.get(row.path)
    return row.format === 'object' && typeof value === 'string' ? (JSON.parse(value) as unknown) : value
  })
}

function shown(row: SchemaRow, value: unknown): string {
  return row.entry.sensitive === true ? '(hidden)' : escapeControls(describeValue(value))
}

/** The schema as convict has it. An object is kept there as JSON: convict's own copy would lose a key `__proto__`. */
function convictSchema(rows: readonly SchemaRow[]): Record<string, never> {
  return treeOf(rows, (row) => ({
    doc: row.doc,
    format: typeof row.format === 'string' ? convictName(row.format === 'object' ? 'string' : row.format) : row.format,
    default: row.format === 'object' && row.default !== undefined ? JSON.stringify(row.default) : (row.default ?? null),
    nullable: row.default === undefined || row.default === null,
    sensitive: row.entry.sensitive === true,
  })) as Record<string, never>
}

function treeOf(rows: readonly SchemaRow[], leaf: (row: SchemaRow) => unknown): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const row of rows) {
    const keys = row.path.split('.')
    const last = keys.pop() ?? ''
    let node = root
    for (const key of keys) node = (node[key] ??= {}) as Record<string, unknown>
    node[last] = leaf(row)
  }
  return root
}

function convictName(name: keyof FormatValues): string {
  return `deadbeat.${name}`
}
