/** Values that are numbers. */
import { formatNumber, parseNumber } from './number-text.js'
import { refusal, wrongKind, type ValueRules, type ValueType } from './value-rules.js'

const WHOLE = /^[+-]?\d+$/
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const NOT_FINITE: ReadonlyMap<string, number> = new Map([
  ['nan', NaN],
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
  ['infinity', Infinity],
  ['-infinity', -Infinity],
])
/** Of one step: what arithmetic with binary fractions may be off by. */
const STEP_TOLERANCE = 1e-6

/** Numbers; whole ones beyond 2^53 are BigInt. Text that is one is taken as well. */
export const numericType: ValueType = {
  check(value, rules) {
    const number = numberFrom(value)
    if (number === null) throw wrongKind('be a number', value)
    if (typeof number === 'number' && !Number.isFinite(number)) return notFinite(number, rules)
    const { range, step, choices } = rules
    if (range !== undefined && !(number >= range[0] && number <= range[1]))
      throw refusal(`be from ${range[0]} to ${range[1]}`, number)
    if (step !== undefined && !isMultiple(Number(number) - (range?.[0] ?? 0), step))
      throw refusal(`be a multiple of ${step}${range === undefined ? '' : ` above ${range[0]}`}`, number)
    if (choices !== undefined && !choices.some((choice) => choice === number))
      throw refusal(`be one of ${choices.join(', ')}`, number)
    return number
  },
  format(value, rules) {
    return typeof value === 'number' || typeof value === 'bigint' ? formatNumber(value, rules) : String(value)
  },
  parse(text, rules) {
    return parseNumber(text, rules, readNumber)
  },
}

/** The number that a text is: a whole one exactly. Null: it is none. */
export function readNumber(text: string): number | bigint | null {
  const trimmed = text.trim()
  if (WHOLE.test(trimmed)) {
    const number = Number(trimmed)
    return Number.isSafeInteger(number) ? number : BigInt(trimmed.replace('+', ''))
  }
  return NUMBER.test(trimmed) ? Number(trimmed) : (NOT_FINITE.get(trimmed.toLowerCase()) ?? null)
}

function numberFrom(value: unknown): number | bigint | null {
  if (typeof value === 'string') return readNumber(value)
  return typeof value === 'number' || typeof value === 'bigint' ? value : null
}

function notFinite(number: number, { nan = 'refuse' }: ValueRules): number | null {
  if (nan === 'refuse') throw refusal('be a finite number', number)
  return nan === 'clear' ? null : number
}

function isMultiple(distance: number, step: number): boolean {
  const steps = distance / step
  return Math.abs(steps - Math.round(steps)) < STEP_TOLERANCE
}
