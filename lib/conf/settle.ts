/** From what the sources hold to the settings: each value by its rule, the later one in place of the earlier. */
import { createRequire } from 'node:module'
import type { FormatValues } from '../settings/index.js'
import { ConfigError, describeValue } from '../errors/index.js'
import { escapeControls } from '../errors/escape-controls.js'
import type { Findings } from './findings.js'
import { formatRules } from './formats.js'
import { breach, type SchemaRow } from './schema.js'
import { mayLieInFile } from './secrets.js'

// Not by import: Node would parse the text of it once more, for the names of its exports.
const convict = createRequire(import.meta.url)('convict') as typeof import('convict')

/** How many characters of a fault are told. */
const FAULT_MAX = 1000

/** Where a setting's value comes from. */
export interface Origin {
  /** `'default'`, or the file with the line, the variable or the flag. */
  readonly origin: string
  /** As the insert or an operator wrote it. */
  readonly written: unknown
}

/** The settings, and where each comes from, by paths in the order of the schema. */
export interface Settled {
  readonly settings: Record<string, unknown>
  readonly origins: ReadonlyMap<string, Origin>
}

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
 * Settle what the sources hold, of which later ones win.
 *
 * @throws {ConfigError} With every fault of every source, also in values that a later one replaces.
 */
export function settle(rows: readonly SchemaRow[], sources: readonly Findings[]): Settled {
  const config = convict(convictSchema(rows), { args: [], env: {} })
  const faults: string[] = []
  const origins = new Map<string, Origin>(
    rows.map((row) => [row.path, { origin: 'default', written: row.default ?? null }]),
  )
  const set = new Set<SchemaRow>()
  for (const source of sources) {
    faults.push(...source.faults)
    for (const one of source.found) {
      const { row, value, written } = one
      set.add(row)
      const final = value === null && row.default === null ? null : row.rule.read(value)
      const why = breach(row, final)
      if (why !== null) faults.push(`${row.path} ${why}: it is ${shown(row, written)} (${one.origin})`)
      else config.set(row.path, isKeptAsJson(row) ? JSON.stringify(final) : final)
      origins.set(row.path, one)
    }
  }
  // What a file says that can't be read, nobody knows.
  const isUnread = sources.some((source) => source.isUnread)
  for (const row of rows) {
    if (row.default === undefined && !set.has(row) && !isUnread) faults.push(missing(row))
  }
  if (faults.length > 0) throw new ConfigError(faults.map(shortened))
  config.validate({ allowed: 'strict' })
  const settings = treeOf(rows, (row) => {
    const value: unknown = config.get(row.path)
    return isKeptAsJson(row) && typeof value === 'string' ? (JSON.parse(value) as unknown) : value
  })
  return { settings, origins }
}

function missing(row: SchemaRow): string {
  const ways = ['in the file', `as ${row.env}`, ...(mayLieInFile(row) ? [`in a file that ${row.env}_FILE names`] : [])]
  return `${row.path} must be set: ${row.rule.rule} (${ways.join(', ')}, or as ${row.flag})`
}

/** Paths and names may be of any length in a file that is broken. */
function shortened(fault: string): string {
  return fault.length > FAULT_MAX ? `${fault.slice(0, FAULT_MAX)}...` : fault
}

function shown(row: SchemaRow, value: unknown): string {
  return row.entry.sensitive === true ? '(hidden)' : escapeControls(describeValue(value))
}

/** Whether the final value is an object. convict takes one for settings of its own, and its copy would lose a key `__proto__`. */
function isKeptAsJson({ format }: SchemaRow): boolean {
  return format === 'object' || format === 'endpoint'
}

/** The schema as convict has it. */
function convictSchema(rows: readonly SchemaRow[]): Record<string, never> {
  return treeOf(rows, (row) => {
    const preset = row.default ?? null
    const isJson = isKeptAsJson(row)
    return {
      doc: row.doc,
      format: typeof row.format === 'string' ? convictName(isJson ? 'string' : row.format) : row.format,
      default: isJson && preset !== null ? JSON.stringify(row.rule.read(preset)) : preset,
      nullable: preset === null,
      sensitive: row.entry.sensitive === true,
    }
  }) as Record<string, never>
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
