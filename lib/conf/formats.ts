/** What each format of a setting accepts: the rule in words, and the value that an operator's writing stands for. */
import { isIP } from 'node:net'
import type { FormatValues } from '../settings/index.js'

/** One format. A value that is already in its final form is given back as it is. */
export interface FormatRule<T> {
  /** What it must be, as an error says it: `must be <rule>`. */
  readonly rule: string
  /** The final value of what stands in a file, in a default, or came from `text`; undefined if it breaks the rule. */
  read(value: unknown): T | undefined
  /** What a flag or a variable, which are always text, stands for; without it the text itself. */
  text?(text: string): unknown
  /** Whether a value is final already, for a format whose final form is not what an operator may write. */
  isFinal?(value: unknown): boolean
}

const UNITS_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const POWERS = { '': 0, k: 1, m: 2, g: 3, t: 4 }
const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['off', false],
  ['0', false],
])

/** Every format by its name. */
export const formatRules: { readonly [K in keyof FormatValues]: FormatRule<FormatValues[K]> } = {
  string: { rule: 'a string', read: readString },
  text: { rule: 'a string of at least one character', read: (value) => readString(value) || undefined },
  boolean: {
    rule: 'true or false',
    read: (value) => (typeof value === 'boolean' ? value : undefined),
    text: (text) => WORDS.get(text.toLowerCase()),
  },
  number: { rule: 'a number', read: readNumber, text: textNumber },
  int: { rule: 'a whole number', read: (value) => whole(value, -Infinity), text: textNumber },
  nat: { rule: 'a whole number of at least 0', read: (value) => whole(value, 0), text: textNumber },
  port: {
    rule: 'a port, 0 to 65535',
    read: (value) => (typeof value === 'number' && value <= 65_535 ? whole(value, 0) : undefined),
    text: textNumber,
  },
  duration: { rule: "a duration: milliseconds, or a text such as '5s' or '1h30m'", read: readDuration },
  size: { rule: "a size: bytes, or a text such as '64k' or '1MiB'", read: readSize },
  octal: { rule: "a file mode: a text of octal digits such as '0640'", read: readOctal, isFinal: Number.isInteger },
  path: { rule: 'a path', read: readPath },
  paths: { rule: 'a path or a list of paths', read: (value) => readList(value, readPath), text: textList },
  strings: { rule: 'a string or a list of strings', read: (value) => readList(value, readString), text: textList },
  regexp: { rule: "a regular expression such as '^a+$' or '/^a+$/i'", read: readRegexp },
  address: { rule: 'an IP address', read: (value) => (isIP(readString(value) ?? '') ? readString(value) : undefined) },
  network: { rule: "a network such as '192.0.2.0/24'", read: readNetwork },
  url: { rule: 'a URL', read: (value) => (URL.canParse(readString(value) ?? '') ? readString(value) : undefined) },
  object: { rule: 'an object', read: readObject, text: textJson },
}

/** Whether there is a format of this name. */
export function isFormatName(name: string): name is keyof FormatValues {
  return Object.hasOwn(formatRules, name)
}

/**
 * The milliseconds of a duration: `'1h30m'` is 5,400,000. Bare numbers are milliseconds. Undefined if it is none.
 *
 * @example
 * assert.equal(readDuration('1h30m'), 5_400_000)
 * assert.equal(readDuration('soon'), undefined)
 */
export function readDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 && Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string') return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value)
  if (!/^(\d+(\.\d+)?(ms|[smhdw]))+$/.test(value)) return undefined
  let sum = 0
  for (const [, amount, unit] of value.matchAll(/([\d.]+)(ms|[smhdw])/g)) {
    sum += Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]
  }
  return sum
}

/**
 * The bytes of a size, by the rules of GNU coreutils: `k` and `KiB` are 1024, `kB` is 1000. Undefined if it is none.
 *
 * @example
 * assert.equal(readSize('64k'), 65_536)
 * assert.equal(readSize('2MB'), 2_000_000)
 */
export function readSize(value: unknown): number | undefined {
  if (typeof value === 'number') return whole(value, 0)
  if (typeof value !== 'string') return undefined
  const [, amount, letter, kind] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?b)?$/i.exec(value) ?? []
  if (amount === undefined || letter === undefined) return undefined
  const base = letter !== '' && kind?.toLowerCase() === 'b' ? 1000 : 1024
  return Math.round(Number(amount) * base ** POWERS[letter.toLowerCase() as keyof typeof POWERS])
}

function readString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function readNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function whole(value: unknown, least: number): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= least ? (value as number) : undefined
}

function readOctal(value: unknown): number | undefined {
  if (typeof value === 'string')
    return /^(0o?)?[0-7]{1,4}$/.test(value) ? parseInt(value.replace('o', ''), 8) : undefined
  return undefined
}

function readPath(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && !value.includes('\0') ? value : undefined
}

function readList(value: unknown, read: (one: unknown) => string | undefined): readonly string[] | undefined {
  const list = (Array.isArray(value) ? value : [value]).map(read)
  return list.includes(undefined) ? undefined : (list as string[])
}

function readRegexp(value: unknown): RegExp | undefined {
  if (value instanceof RegExp) return value
  if (typeof value !== 'string' || value === '') return undefined
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/s.exec(value) ?? []
  try {
    return new RegExp(source ?? value, flags)
  } catch {
    return undefined // The rule in the fault says what is wrong; the engine's reason names no place either.
  }
}

function readNetwork(value: unknown): string | undefined {
  const [, address = '', length] = /^(.+)\/(\d{1,3})$/.exec(readString(value) ?? '') ?? []
  const version = isIP(address)
  return version !== 0 && Number(length) <= (version === 4 ? 32 : 128) ? readString(value) : undefined
}

function readObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

function textNumber(text: string): unknown {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
}

/** A list in a variable is a JSON array or separated by commas. */
function textList(text: string): unknown {
  return text.startsWith('[') ? textJson(text) : text.split(',').map((one) => one.trim())
}

function textJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
