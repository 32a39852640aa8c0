/** Values that are several yes or no at once: the bits of a number, each with a label. */
import { labelOf, labelsOf, listLabels, numberOf } from './labels.js'
import { refusal, wrongKind, type ValueRules, type ValueType } from './value-rules.js'

/** Only so many bits of a number are exact. */
const BITS = 53
const BIT = /^bit (\d{1,2})$/i

/** A number whose bits have labels. */
export const maskType: ValueType = {
  check(value, rules) {
    const mask = typeof value === 'string' ? Number(maskType.parse(value, rules)) : value
    if (typeof mask !== 'number' || !Number.isSafeInteger(mask) || mask < 0)
      throw wrongKind('be a whole number of at least 0, or labels with commas between', value)
    const labels = labelsOf(rules)
    const unknown = labels.length === 0 ? undefined : bitsOf(mask).find((bit) => labelOf(bit, labels) === null)
    if (unknown !== undefined) throw refusal(`have no bits but ${listLabels(labels)}`, value)
    return mask
  },
  format(value, rules) {
    const labels = labelsOf(rules)
    const bits = bitsOf(Number(value))
    if (bits.length === 0) return noneOf(rules)
    const unknown = bits.filter((bit) => labelOf(bit, labels) === null).map((bit) => `bit ${bit}`)
    return [...labels.filter(([bit]) => bits.includes(bit)).map(([, label]) => label), ...unknown].join(', ')
  },
  parse(text, rules) {
    const wanted = text.trim().toLowerCase()
    if (['', 'none', noneOf(rules).trim().toLowerCase()].includes(wanted)) return 0
    const labels = labelsOf(rules)
    const whole = numberOf(text, labels) // A label may have commas in it.
    if (whole === null && /^\d{1,16}$/.test(wanted)) return Number(wanted)
    const bits = whole === null ? text.split(',').map((part) => bitOf(part, rules)) : [whole]
    return [...new Set(bits)].reduce((mask, bit) => mask + 2 ** bit, 0)
  },
}

function bitOf(part: string, rules: ValueRules): number {
  const labels = labelsOf(rules)
  const bit = numberOf(part, labels) ?? Number(BIT.exec(part.trim())?.[1] ?? NaN)
  if (!(bit < BITS)) throw refusal(`be labels with commas between, out of ${listLabels(labels)}`, part)
  return bit
}

function noneOf({ enumerators = {} }: ValueRules): string {
  return Object.hasOwn(enumerators, 'None') ? String(enumerators['None']) : ''
}

/** The bits that are set; beyond 32 the operators of the language would lose some. */
function bitsOf(mask: number): readonly number[] {
  const bits: number[] = []
  for (let bit = 0; bit < BITS; bit++) if (Math.floor(mask / 2 ** bit) % 2 === 1) bits.push(bit)
  return bits
}
