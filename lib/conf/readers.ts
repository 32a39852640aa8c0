/** How the values of the formats are read: undefined for what breaks the rule of the format. */
import { isIP } from 'node:net'
import type { Endpoint } from '../settings/index.js'

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

/** A string as it is. */
export function string(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** A finite number as it is. */
export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** A whole number. */
export function int(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? (value as number) : undefined
}

/** A whole number of at least 0. */
export function nat(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined
}

/** A port. */
export function port(value: unknown): number | undefined {
  const whole = nat(value)
  return whole !== undefined && whole <= 65_535 ? whole : undefined
}

/**
 * The milliseconds of a duration: `'1h30m'` is 5,400,000. Bare numbers are milliseconds. Undefined if it is none.
 *
 * @example
 * assert.equal(duration('1h30m'), 5_400_000)
 * assert.equal(duration('soon'), undefined)
 */
export function duration(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 && Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string') return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return finite(Number(value))
  if (!/^(\d+(\.\d+)?(ms|[smhdw]))+$/.test(value)) return undefined
  let sum = 0
  for (const [, amount, unit] of value.matchAll(/([\d.]+)(ms|[smhdw])/g)) {
    sum += Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]
  }
  return finite(sum)
}

/**
 * The bytes of a size, by the rules of GNU coreutils: `k` and `KiB` are 1024, `kB` is 1000. Undefined if it is none.
 *
 * @example
 * assert.equal(size('64k'), 65_536)
 * assert.equal(size('2MB'), 2_000_000)
 */
export function size(value: unknown): number | undefined {
  if (typeof value === 'number') return nat(value)
  if (typeof value !== 'string') return undefined
  const [, amount, letter, kind] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?b)?$/i.exec(value) ?? []
  if (amount === undefined || letter === undefined) return undefined
  const base = letter !== '' && kind?.toLowerCase() === 'b' ? 1000 : 1024
  return nat(Math.round(Number(amount) * base ** POWERS[letter.toLowerCase() as keyof typeof POWERS]))
}

/** The bits of a file mode. */
export function octal(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^(0o?)?[0-7]{1,4}$/.test(value)) return undefined
  return parseInt(value.replace('o', ''), 8)
}

/** A path as it is. */
export function path(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && !value.includes('\0') ? value : undefined
}

/** A list, each member by its own rule; what is no list is one of one. */
export function list(value: unknown, one: (member: unknown) => string | undefined): readonly string[] | undefined {
  const members = (Array.isArray(value) ? value : [value]).map(one)
  return members.includes(undefined) ? undefined : (members as string[])
}

/** A regular expression. */
export function regexp(value: unknown): RegExp | undefined {
  if (value instanceof RegExp) return value
  if (typeof value !== 'string' || value === '') return undefined
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/s.exec(value) ?? []
  try {
    return new RegExp(source ?? value, flags)
  } catch {
    return undefined // The rule in the fault says what is wrong; the engine's reason names no place either.
  }
}

/** An IP address as it is. */
export function address(value: unknown): string | undefined {
  return isIP(string(value) ?? '') === 0 ? undefined : string(value)
}

/** A network as it is. */
export function network(value: unknown): string | undefined {
  const [, base = '', length] = /^(.+)\/(\d{1,3})$/.exec(string(value) ?? '') ?? []
  const version = isIP(base)
  return version !== 0 && Number(length) <= (version === 4 ? 32 : 128) ? string(value) : undefined
}

/**
 * A host with a port. An IPv6 address stands in brackets, or nobody could tell its last part from the port.
 *
 * @example
 * assert.deepEqual(endpoint('[::1]:514'), { host: '::1', port: 514 })
 * assert.equal(endpoint('::1:514'), undefined)
 */
export function endpoint(value: unknown): Endpoint | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]\s/]*)):(\d{1,5})$/.exec(string(value) ?? '') ?? []
  const whole = port(Number(digits))
  if (digits === undefined || whole === undefined || (bracketed !== undefined && isIP(bracketed) !== 6))
    return undefined
  return { host: bracketed ?? plain ?? '', port: whole }
}

/** How the address of a database of kv looks. */
export const DATABASE = /^(memory:|file:.+|etcd:\/\/[^/?#@]+\/?)$/

/** The address of a database; no more than its looks, as the database may be anywhere. */
export function database(value: unknown): string | undefined {
  return typeof value === 'string' && DATABASE.test(value) ? value : undefined
}

/** A URL as it is. */
export function url(value: unknown): string | undefined {
  return URL.canParse(string(value) ?? '') ? string(value) : undefined
}

/** An object as it is. */
export function object(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

/** The boolean that a word stands for. */
export function textBoolean(text: string): boolean | undefined {
  return WORDS.get(text.toLowerCase())
}

/** The number that a text stands for. */
export function textNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
}

/** The list that a variable stands for: a JSON array, or separated by commas. */
export function textList(text: string): unknown {
  return text.startsWith('[') ? textJson(text) : text.split(',').map((one) => one.trim())
}

/** The value of a text in JSON. */
export function textJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function finite(ms: number): number | undefined {
  return Number.isFinite(ms) ? ms : undefined
}
