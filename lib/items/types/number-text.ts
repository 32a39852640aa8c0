/** Numbers as people read and write them: in the units that are shown, by printf or in sixtieths. */
import { compilePrintf, formatField, type Field } from './printf.js'
import { compileSexagesimal, formatSexagesimal, parseSexagesimal } from './sexagesimal.js'
import { convert, isAngle } from './units.js'
import { refusal, wrongKind, type ValueRules } from './value-rules.js'

const BASES: ReadonlyMap<string, number> = new Map([
  ['x', 16],
  ['X', 16],
  ['o', 8],
])

/**
 * Check the format of a description.
 *
 * @throws {RangeError} If it is none.
 */
export function requireFormat(rules: ValueRules): void {
  if (rules.format === undefined) return
  if (isSexagesimal(rules)) compileSexagesimal(rules.format)
  else compilePrintf(rules.format)
}

/** A number as it is shown. */
export function formatNumber(value: number | bigint, rules: ValueRules): string {
  const shown = inUnits(value, rules, 'shown')
  const { format } = rules
  if (format === undefined) return String(shown)
  if (isSexagesimal(rules)) return formatSexagesimal(Number(shown), compileSexagesimal(format))
  return compilePrintf(format)
    .map((part) => (typeof part === 'string' ? part : formatField(part, shown)))
    .join('')
}

/**
 * The number that a shown one is. An empty text is null.
 *
 * @param read Reads a bare number; null: it is none.
 * @throws {TypeError} If it is none.
 */
export function parseNumber(
  text: string,
  rules: ValueRules,
  read: (text: string) => number | bigint | null,
): number | bigint | null {
  if (text.trim() === '') return null
  if (isSexagesimal(rules) && text.includes(':')) return inUnits(parseSexagesimal(text), rules, 'sent')
  const number = readField(text.trim(), rules, read) ?? read(text)
  if (number === null) throw wrongKind('be a number', text)
  return inUnits(number, rules, 'sent')
}

/** What the one field of a format holds of a text, without the words around it. */
function readField(
  text: string,
  { format }: ValueRules,
  read: (text: string) => number | bigint | null,
): number | bigint | null {
  if (format === undefined || format.includes(':')) return null
  const parts = compilePrintf(format)
  const at = parts.findIndex((part) => typeof part !== 'string')
  if (at < 0) return null
  const [before, after] = [textOf(parts.slice(0, at)), textOf(parts.slice(at + 1))]
  if (!text.startsWith(before) || !text.endsWith(after) || text.length < before.length + after.length) return null
  return numberOf(text.slice(before.length, text.length - after.length).trim(), parts[at] as Field, read)
}

function textOf(parts: readonly (string | Field)[]): string {
  return parts
    .filter((part) => typeof part === 'string')
    .join('')
    .trim()
}

function numberOf(
  text: string,
  { conversion }: Field,
  read: (text: string) => number | bigint | null,
): number | bigint | null {
  const base = BASES.get(conversion)
  if (conversion === 'c') return text.length > 0 ? (text.codePointAt(0) as number) : null
  if (base === undefined) return read(text)
  const [, sign, digits = ''] = /^([+-]?)(?:0x)?([\da-f]+)$/i.exec(text) ?? []
  const number = parseInt(digits, base)
  return Number.isSafeInteger(number) && (base === 16 || /^[0-7]+$/.test(digits))
    ? sign === '-'
      ? -number
      : number
    : null
}

/** In sixtieths only what is shown as an angle or in hours. */
function isSexagesimal({ format, units }: ValueRules): boolean {
  return format?.includes(':') === true && typeof units === 'object' && isAngle(units.formatted)
}

function inUnits(value: number | bigint, { units }: ValueRules, to: 'shown' | 'sent'): number | bigint {
  if (typeof units !== 'object' || units[''] === units.formatted) return value
  const [from, into] = to === 'shown' ? [units[''], units.formatted] : [units.formatted, units['']]
  const converted = convert(Number(value), from, into)
  if (converted === null) throw refusal(`have units that can be converted into ${into}`, from)
  return converted
}
