/** What each format of a setting accepts: the rule in words, and the value that an operator's writing stands for. */
import type { FormatValues } from '../settings/index.js'
import * as read from './readers.js'

/** A JSON Schema, as far as formats need it. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** One format. A value that is already in its final form is given back as it is. */
export interface FormatRule<T> {
  /** What it must be, as an error says it: `must be <rule>`. */
  readonly rule: string
  /** What stands for a value in `--help`: `'DURATION'`. */
  readonly label: string
  /** What may stand in a file, for editors; as far as a JSON Schema can tell. */
  readonly schema: JsonSchema
  /** The final value of what stands in a file, in a default, or came from `text`; undefined if it breaks the rule. */
  read(value: unknown): T | undefined
  /** What a flag or a variable, which are always text, stands for; without it the text itself. */
  text?(text: string): unknown
  /** Whether a value is final already, for a format whose final form is not what an operator may write. */
  isFinal?(value: unknown): boolean
  /** Whether a flag takes several values. */
  readonly isList?: boolean
}

const STRING = { type: 'string' }
const FILLED = { type: 'string', minLength: 1 }
const WHOLE = { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }
const NATURAL = { ...WHOLE, minimum: 0 }
const PATH = { type: 'string', pattern: '^[^\\u0000]+$' }
const DURATION = '^(\\d+(\\.\\d+)?|(\\d+(\\.\\d+)?(ms|[smhdw]))+)$'
const SIZE = '^\\d+(\\.\\d+)?\\s*[kKmMgGtT]?([iI]?[bB])?$'

/** Every format by its name. */
export const formatRules: { readonly [K in keyof FormatValues]: FormatRule<FormatValues[K]> } = {
  string: { rule: 'a string', label: 'TEXT', schema: STRING, read: read.string },
  text: {
    rule: 'a string of at least one character',
    label: 'TEXT',
    schema: FILLED,
    read: (value) => read.string(value) || undefined,
  },
  boolean: {
    rule: 'true or false',
    label: 'true|false',
    schema: { type: 'boolean' },
    read: (value) => (typeof value === 'boolean' ? value : undefined),
    text: read.textBoolean,
  },
  number: { rule: 'a number', label: 'NUMBER', schema: { type: 'number' }, read: read.number, text: read.textNumber },
  int: { rule: 'a whole number', label: 'NUMBER', schema: WHOLE, read: read.int, text: read.textNumber },
  nat: {
    rule: 'a whole number of at least 0',
    label: 'NUMBER',
    schema: NATURAL,
    read: read.nat,
    text: read.textNumber,
  },
  port: {
    rule: 'a port, 0 to 65535',
    label: 'PORT',
    schema: { type: 'integer', minimum: 0, maximum: 65_535 },
    read: read.port,
    text: read.textNumber,
  },
  duration: {
    rule: "a duration: milliseconds, or a text such as '5s' or '1h30m'",
    label: 'DURATION',
    schema: { type: ['number', 'string'], minimum: 0, pattern: DURATION },
    read: read.duration,
  },
  size: {
    rule: "a size: bytes, or a text such as '64k' or '1MiB'",
    label: 'SIZE',
    schema: { type: ['integer', 'string'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER, pattern: SIZE },
    read: read.size,
  },
  octal: {
    rule: "a file mode: a text of octal digits such as '0640'",
    label: 'MODE',
    schema: { type: 'string', pattern: '^(0o?)?[0-7]{1,4}$' },
    read: read.octal,
    isFinal: Number.isInteger,
  },
  path: { rule: 'a path', label: 'PATH', schema: PATH, read: read.path },
  paths: { rule: 'a path or a list of paths', ...listOf(read.path, PATH, 'PATH') },
  strings: { rule: 'a string or a list of strings', ...listOf(read.string, STRING, 'TEXT') },
  regexp: {
    rule: "a regular expression such as '^a+$' or '/^a+$/i'",
    label: 'REGEXP',
    schema: FILLED,
    read: read.regexp,
  },
  address: { rule: 'an IP address', label: 'ADDRESS', schema: FILLED, read: read.address },
  addresses: { rule: 'an IP address or a list of them', ...listOf(read.address, FILLED, 'ADDRESS') },
  network: { rule: "a network such as '192.0.2.0/24'", label: 'NETWORK', schema: FILLED, read: read.network },
  networks: {
    rule: "a network such as '192.0.2.0/24', an IP address, or a list of them",
    ...listOf((value) => read.network(value) ?? read.address(value), FILLED, 'NETWORK'),
  },
  endpoint: {
    rule: "a host with a port such as 'log.example.org:514' or '[2001:db8::1]:514'",
    label: 'HOST:PORT',
    schema: { type: 'string', pattern: ':\\d{1,5}$' },
    read: read.endpoint,
    isFinal: (value) => typeof value === 'object',
  },
  database: {
    rule: "a database such as 'file:/var/lib/app/kv' or 'etcd://10.0.0.1:2379'; a user and a password are settings of their own",
    label: 'DATABASE',
    schema: { type: 'string', pattern: read.DATABASE.source },
    read: read.database,
  },
  url: { rule: 'a URL', label: 'URL', schema: { type: 'string', format: 'uri' }, read: read.url },
  object: { rule: 'an object', label: 'JSON', schema: { type: 'object' }, read: read.object, text: read.textJson },
}

/** Whether there is a format of this name. */
export function isFormatName(name: string): name is keyof FormatValues {
  return Object.hasOwn(formatRules, name)
}

function listOf(
  one: (value: unknown) => string | undefined,
  schema: JsonSchema,
  label: string,
): Omit<FormatRule<readonly string[]>, 'rule'> {
  return {
    label,
    schema: { anyOf: [schema, { type: 'array', items: schema }] },
    read: (value) => read.list(value, one),
    text: read.textList,
    isList: true,
  }
}
