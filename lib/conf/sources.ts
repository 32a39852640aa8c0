/** Where values come from: each source as a list of what was found, still as it was written, and where. */
import { dirname, resolve } from 'node:path'
import { describeValue } from '../errors/index.js'
import type { ConfigFile } from './file.js'
import { found, noFindings, type Findings, type Found } from './findings.js'
import { readWithIncludes } from './include.js'
import { kebab, type SchemaRow } from './schema.js'
import { fromCredentials, mayLieInFile, takeSecret } from './secrets.js'
import { suggestName } from './suggest.js'

/** How much of a name that nothing takes is shown. */
const NAME_MAX = 100

/** The values of a configuration file and of those that it includes. */
export function fromFile(file: string, rows: readonly SchemaRow[]): Findings {
  const findings = noFindings()
  const { files, faults } = readWithIncludes(file)
  findings.faults.push(...faults)
  findings.isUnread = faults.length > 0
  for (const one of files) fromTree(one, rows, findings)
  return findings
}

/** The values of one parsed file. Of its own keys `$schema`, which is for editors, is passed over. */
export function fromTree(
  { file, tree, isPublic, placeOf }: ConfigFile,
  rows: readonly SchemaRow[],
  findings: Findings,
): void {
  const byPath = new Map(rows.map((row) => [row.path, row]))
  const groups = new Set(rows.flatMap(({ path }) => groupsOf(path)))
  const take = (row: SchemaRow, value: unknown, keys: readonly string[]): void => {
    if (mayLieInFile(row) && isObject(value)) {
      if (Object.keys(value).join() === 'file' && typeof value['file'] === 'string' && value['file'] !== '') {
        takeSecret(row, resolve(dirname(file), value['file']), placeOf(keys), findings)
      } else findings.faults.push(`${row.path} must be ${row.rule.rule}, or { file: PATH } (${placeOf(keys)})`)
      return
    }
    findings.found.push(found(row, value, value, () => placeOf(keys)))
    if (row.entry.sensitive !== true || !isPublic) return
    findings.warnings.push(`${row.path} stands in ${placeOf(keys)}, and everybody may read that: chmod o-r ${file}`)
  }
  const visit = (node: Readonly<Record<string, unknown>>, above: readonly string[]): void => {
    for (const [key, value] of Object.entries(node)) {
      const keys = [...above, key]
      const path = keys.join('.')
      const row = key.includes('.') ? undefined : byPath.get(path)
      if (row !== undefined) take(row, value, keys)
      else if (path === '$schema' && typeof value === 'string') continue
      else if (key.includes('.') || !groups.has(path)) {
        findings.faults.push(unknown(path, rows, placeOf(keys), (other) => other.path))
      } else if (isObject(value)) visit(value, keys)
      else if (value === null)
        continue // In YAML, a group of which all is commented out.
      else findings.faults.push(`${path} must be a group of settings: it is ${describeValue(value)} (${placeOf(keys)})`)
    }
  }
  visit(tree, [])
}

/**
 * The values of environment variables, after those of systemd's credentials. `NAME_FILE` names the file of a secret. Of
 * variables that nothing takes, only such are faults as begin like one of the schema's sections: the prefix alone may be
 * used by others.
 */
export function fromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  rows: readonly SchemaRow[],
): Findings {
  const findings = noFindings()
  fromCredentials(env, rows, findings)
  const byName = new Map(rows.map((row) => [row.env, row]))
  const sections = new Set(rows.map(({ path, env }) => env.slice(0, env.length - restOf(path).length)))
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined) continue
    const row = byName.get(name)
    const secret = name.endsWith('_FILE') ? byName.get(name.slice(0, -'_FILE'.length)) : undefined
    if (row !== undefined) findings.found.push(textual(row, text, name))
    else if (secret !== undefined && mayLieInFile(secret)) takeSecret(secret, text, name, findings)
    else if ([...sections].some((section) => section.endsWith('_') && name.startsWith(section))) {
      findings.faults.push(unknown(name, rows, 'environment', (other) => other.env))
    }
  }
  return findings
}

/**
 * The values of flags: `--dns.cache-max 5`, `--dns.cacheMax=5`, `--input.tail`, `--input.tail false`, `--no-input.tail`,
 * `--input.no-tail`. A list takes all values that follow, as a shell writes its patterns out, and may come again.
 * `--output.password-file PATH` names the file of a secret.
 */
export function fromFlags(argv: readonly string[], rows: readonly SchemaRow[]): Findings {
  const findings = noFindings()
  const byFlag = new Map(rows.map((row) => [row.flag, row]))
  const lists = new Map<SchemaRow, string[]>()
  const rest = [...argv]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, name = '', inline] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? []
    const flag = `--${kebab(name)}`
    const row = byFlag.get(flag)
    const negated = byFlag.get(flag.replace(/^(--|.*\.)no-/, '$1'))
    const secret = flag.endsWith('-file') ? byFlag.get(flag.slice(0, -'-file'.length)) : undefined
    const needsValue = (rule: string): void => void findings.faults.push(`${flag} needs a value: ${rule}`)
    if (name === '') {
      findings.strangers.push(arg)
      findings.faults.push(`${describeValue(arg)} is no flag: write --name value`)
    } else if (row === undefined && negated?.format === 'boolean' && inline === undefined) {
      findings.found.push(textual(negated, 'false', arg))
    } else if (row === undefined && secret !== undefined && mayLieInFile(secret)) {
      const [path] = inline === undefined ? takeValues(rest, false) : [inline]
      if (path === undefined) needsValue('a path')
      else takeSecret(secret, path, flag, findings)
    } else if (row === undefined) {
      findings.strangers.push(`--${name}`)
      findings.faults.push(unknown(`--${name}`, rows, 'flag', (other) => other.flag))
      if (inline === undefined && rest[0]?.startsWith('-') === false) rest.shift() // What follows is its value.
    } else if (row.format === 'boolean' && inline === undefined) {
      const isSaid = row.rule.text?.(rest[0] ?? '') !== undefined
      findings.found.push(textual(row, (isSaid ? rest.shift() : undefined) ?? 'true', row.flag))
    } else {
      const texts = inline === undefined ? takeValues(rest, row.rule.isList === true) : [inline]
      const [text] = texts
      if (text === undefined) needsValue(row.rule.rule)
      else if (row.rule.isList === true) lists.set(row, [...(lists.get(row) ?? []), ...texts])
      else findings.found.push(textual(row, text, row.flag))
      if (row.entry.sensitive === true) {
        findings.warnings.push(`${row.flag} shows a secret in the list of processes: use ${row.flag}-file`)
      }
    }
  }
  for (const [row, list] of lists) findings.found.push(found(row, list, list, () => row.flag))
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
  const value = isNull ? null : row.rule.text === undefined ? text : row.rule.text(text)
  return found(row, value, text, () => origin)
}

function unknown(name: string, rows: readonly SchemaRow[], origin: string, nameOf: (row: SchemaRow) => string): string {
  const meant = suggestName(name, rows.map(nameOf))
  const shown = name.length > NAME_MAX ? `${name.slice(0, NAME_MAX)}...` : name
  return `${shown} is unknown: ${meant === null ? '--help lists what there is' : `did you mean ${meant}?`} (${origin})`
}

/** The groups that a setting is in: those of `a.b.c` are `a` and `a.b`. */
function groupsOf(path: string): string[] {
  const keys = path.split('.')
  return keys.slice(1).map((_, i) => keys.slice(0, i + 1).join('.'))
}

/** The part of a variable's name that stands for what follows the section. */
function restOf(path: string): string {
  const dot = path.indexOf('.')
  return dot === -1 ? '' : kebab(path.slice(dot + 1)).replaceAll('.', '_')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
