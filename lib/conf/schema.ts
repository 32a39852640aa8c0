/** A schema as rows: every setting with its path, its format, and the names under which it can be set. */
import type { Entry, FormatValues, Insert } from '../settings/index.js'
import { describeValue } from '../errors/index.js'
import { formatRules, isFormatName, type FormatRule } from './formats.js'

/** One setting of a schema. */
export interface SchemaRow {
  /** Where it stands in a configuration file: `'dns.cacheMax'`. */
  readonly path: string
  readonly doc: string
  /** The name of its format, or the values that are allowed. */
  readonly format: keyof FormatValues | readonly (string | number)[]
  /** As the insert has it; undefined if it must be set. */
  readonly default: unknown
  /** The environment variable: `'DEADBEAT_DNS_CACHE_MAX'`. */
  readonly env: string
  /** The flag: `'--dns.cache-max'`. */
  readonly flag: string
  /** What it accepts, in words and as code. */
  readonly rule: FormatRule<unknown>
  readonly entry: Entry
}

/** Names that convict or JavaScript use themselves. */
const RESERVED = new Set(['default', 'doc', 'constructor', 'prototype'])

/** What a configuration file has for itself, where a section would stand. */
const INCLUDE = 'include'

/**
 * Describe every setting of a schema, in the order of the schema: what help, references and `gather` go by.
 *
 * @throws {TypeError} If a name, a format or a default is impossible, or two settings share a variable: the insert is wrong.
 * @example
 * const [row] = describeSchema({ dns: { cacheMax: { doc: 'How many.', format: 'nat', default: 5 } } })
 * assert.equal(row.flag, '--dns.cache-max')
 */
export function describeSchema(schema: Insert, options: { prefix?: string } = {}): SchemaRow[] {
  const rows = [...rowsOf(schema, [], options.prefix ?? 'DEADBEAT')]
  const byVariable = new Map<string, string>()
  for (const { env, path } of rows) {
    const other = byVariable.get(env)
    if (other !== undefined) throw new TypeError(`${other} and ${path} share the environment variable ${env}`)
    byVariable.set(env, path)
  }
  return rows
}

/**
 * The same schema, where nothing has to be set: for who wants to know some settings of something that isn't run.
 *
 * @example
 * const schema = { dns: { server: { doc: 'Who is asked.', format: 'text' } } }
 * assert.equal(requiringNothing(schema).dns.server.default, null)
 */
export function requiringNothing<S extends Insert>(schema: S): S {
  const relaxed = Object.entries(schema).map(([key, node]) => [
    key,
    isEntry(node) ? { ...node, default: node.default === undefined ? null : node.default } : requiringNothing(node),
  ])
  return Object.fromEntries(relaxed) as S
}

/**
 * Why a final value breaks its row's rule: `must be …`; null if it keeps it.
 *
 * @throws nothing
 */
export function breach(row: SchemaRow, value: unknown): string | null {
  const { min, max } = row.entry
  if (value === undefined) return `must be ${row.rule.rule}`
  if (typeof value !== 'number') return null
  if (min !== undefined && value < min) return `must be at least ${min}`
  return max !== undefined && value > max ? `must be at most ${max}` : null
}

/** `cacheMax` as flags and file names have it: `cache-max`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => `-${letters.toLowerCase()}`)
}

function* rowsOf(node: Insert, keys: readonly string[], prefix: string): Generator<SchemaRow> {
  for (const [key, child] of Object.entries(node)) {
    const path = [...keys, key].join('.')
    if (!/^[a-z][A-Za-z0-9]*$/.test(key) || RESERVED.has(key)) {
      throw new TypeError(`${path} cannot be the name of a setting: it must be in camel case and none of its own`)
    }
    if (path === INCLUDE) {
      throw new TypeError(`${path} cannot be the name of a section: it names the files that a file takes in`)
    }
    if (isEntry(child)) yield rowOf(child, [...keys, key], prefix)
    else yield* rowsOf(child, [...keys, key], prefix)
  }
}

function rowOf(entry: Entry, keys: readonly string[], prefix: string): SchemaRow {
  const path = keys.join('.')
  const format = formatOf(entry, path)
  const row: SchemaRow = {
    path,
    doc: entry.doc,
    format,
    default: entry.default,
    env: [prefix, ...keys.map(kebab)].join('_').replaceAll('-', '_').toUpperCase(),
    flag: `--${keys.map(kebab).join('.')}`,
    rule: typeof format === 'string' ? formatRules[format] : choice(format),
    entry,
  }
  if (entry.default !== undefined && entry.default !== null) {
    const why = breach(row, row.rule.read(entry.default))
    if (why !== null) throw new TypeError(`the default of ${path} ${why}: it is ${describeValue(entry.default)}`)
  }
  return row
}

function formatOf(entry: Entry, path: string): SchemaRow['format'] {
  const { format } = entry
  if (format === undefined) {
    const kind = Array.isArray(entry.default) ? 'strings' : entry.default === null ? 'null' : typeof entry.default
    if (isFormatName(kind)) return kind
  } else if (typeof format !== 'string') return format
  else if (isFormatName(format)) return format
  throw new TypeError(`${path} has no such format: ${describeValue(format)}`)
}

function choice(allowed: readonly (string | number)[]): FormatRule<string | number> {
  return {
    rule: `one of ${allowed.map((one) => JSON.stringify(one)).join(', ')}`,
    label: allowed.join('|'),
    schema: { enum: [...allowed] },
    read: (value) => allowed.find((one) => one === value),
    text: (text) => allowed.find((one) => String(one) === text),
  }
}

function isEntry(node: Entry | Insert): node is Entry {
  return typeof node.doc === 'string'
}
