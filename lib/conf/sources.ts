/** Where values come from: each source as a list of what was found, still as it was written, and where. */
import { describeValue } from '../errors/index.js'
import { suggest } from './suggest.js'
import { kebab, type SchemaRow } from './schema.js'

/** One value that somebody set, in the form in which `FormatRule.read` takes it. */
export interface Found {
  readonly row: SchemaRow
  readonly value: unknown
  /** As it was written, for messages. */
  readonly written: unknown
  /** The file, variable or flag. */
  readonly origin: string
}

/** What one source holds: values for known settings, and a fault for each that nothing takes. */
export interface Findings {
  readonly found: Found[]
  readonly faults: string[]
  /** Whether it couldn't be read, so that what it sets is unknown. */
  readonly isUnread?: boolean
}

/** The values of a parsed configuration file. `origin` is the file's name. */
export function fromTree(
  tree: Readonly<Record<string, unknown>>,
  rows: readonly SchemaRow[],
  origin: string,
): Findings {
  const findings: Findings = { found: [], faults: [] }
  const byPath = new Map(rows.map((row) => [row.path, row]))
  const visit = (node: Readonly<Record<string, unknown>>, keys: readonly string[]): void => {
    for (const [key, value] of Object.entries(node)) {
      const path = [...keys, key].join('.')
      const row = key.includes('.') ? undefined : byPath.get(path)
      const isGroup = !key.includes('.') && rows.some((other) => other.path.startsWith(`${path}.`))
      if (row !== undefined) findings.found.push({ row, value, written: value, origin })
      else if (!isGroup) findings.faults.push(unknown(path, rows, origin, (other) => other.path))
      else if (isObject(value)) visit(value, [...keys, key])
      else findings.faults.push(`${path} must be a group of settings: it is ${describeValue(value)} (${origin})`)
    }
  }
  visit(tree, [])
  return findings
}

/**
 * The values of environment variables. Of those that nothing takes, only such are faults as begin like one of the
 * schema's sections: the prefix alone may be used by others.
 */
export function fromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  rows: readonly SchemaRow[],
): Findings {
  const findings: Findings = { found: [], faults: [] }
  const byName = new Map(rows.map((row) => [row.env, row]))
  const sections = new Set(rows.map(({ path, env }) => env.slice(0, env.length - restOf(path).length)))
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined) continue
    const row = byName.get(name)
    if (row !== undefined) findings.found.push(textual(row, text, name))
    else if ([...sections].some((section) => section.endsWith('_') && name.startsWith(section))) {
      findings.faults.push(unknown(name, rows, 'environment', (other) => other.env))
    }
  }
  return findings
}

/**
 * The values of flags: `--dns.cache-max 5`, `--dns.cacheMax=5`, `--input.tail`, `--input.tail false`, `--no-input.tail`,
 * `--input.no-tail`. A list takes all values that follow, as a shell writes its patterns out, and may come again.
 */
export function fromFlags(argv: readonly string[], rows: readonly SchemaRow[]): Findings {
  const findings: Findings = { found: [], faults: [] }
  const byFlag = new Map(rows.map((row) => [row.flag, row]))
  const lists = new Map<SchemaRow, string[]>()
  const rest = [...argv]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, name = '', inline] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? []
    const flag = `--${kebab(name)}`
    const negated = byFlag.get(flag.replace(/^(--|.*\.)no-/, '$1'))
    const row = byFlag.get(flag)
    if (name === '') findings.faults.push(`${describeValue(arg)} is no flag: write --name value`)
    else if (row === undefined && negated?.format === 'boolean' && inline === undefined) {
      findings.found.push(textual(negated, 'false', arg))
    } else if (row === undefined) {
      findings.faults.push(unknown(`--${name}`, rows, 'flag', (other) => other.flag))
      if (inline === undefined && rest[0]?.startsWith('-') === false) rest.shift() // What follows is its value.
    } else if (row.format === 'boolean' && inline === undefined) {
      const isSaid = row.rule.text?.(rest[0] ?? '') !== undefined
      findings.found.push(textual(row, (isSaid ? rest.shift() : undefined) ?? 'true', row.flag))
    } else {
      const isList = row.format === 'paths' || row.format === 'strings'
      const texts = inline === undefined ? takeValues(rest, isList) : [inline]
      const [text] = texts
      if (text === undefined) findings.faults.push(`${row.flag} needs a value: ${row.rule.rule}`)
      else if (isList) lists.set(row, [...(lists.get(row) ?? []), ...texts])
      else findings.found.push(textual(row, text, row.flag))
    }
  }
  for (const [row, list] of lists) findings.found.push({ row, value: list, written: list, origin: row.flag })
  return findings
}

/** Take the values of a flag, one or all, off the beginning of what follows it. */
function takeValues(rest: string[], isList: boolean): string[] {
  const next = rest.findIndex((arg) => arg.startsWith('--'))
  const values = next < 0 ? rest.length : next
  return rest.splice(0, isList ? values : Math.min(1, values))
}

function textual(row: SchemaRow, text: string, origin: string): Found {
  const isNull = text === '' && row.default === null
  return { row, value: isNull ? null : row.rule.text === undefined ? text : row.rule.text(text), written: text, origin }
}

function unknown(name: string, rows: readonly SchemaRow[], origin: string, nameOf: (row: SchemaRow) => string): string {
  const whole = suggest(name, rows.map(nameOf))
  const last = name.slice(name.lastIndexOf('.') + 1)
  const byKey = rows.find((row) => nameOf(row).split('.').at(-1) === last) // Right name, wrong or no section.
  const meant = byKey === undefined ? whole : nameOf(byKey)
  return `${name} is unknown: ${meant === null ? '--help lists what there is' : `did you mean ${meant}?`} (${origin})`
}

/** The part of a variable's name that stands for what follows the section. */
function restOf(path: string): string {
  const dot = path.indexOf('.')
  return dot === -1 ? '' : kebab(path.slice(dot + 1)).replaceAll('.', '_')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
