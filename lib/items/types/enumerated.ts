/** Values that are one of a few numbers, each with a label. */
import { labelOf, labelsOf, listLabels, numberOf } from './labels.js'
import { refusal, type ValueType } from './value-rules.js'

/** One of the numbers that have labels. */
export const enumeratedType: ValueType = {
  check(value, rules) {
    const number = typeof value === 'string' ? enumeratedType.parse(value, rules) : value
    const labels = labelsOf(rules)
    if (labels.length === 0 && Number.isSafeInteger(number)) return number // Nobody says what it may be.
    if (typeof number === 'number' && labelOf(number, labels) !== null) return number
    throw refusal(`be one of ${listLabels(labels)}`, value)
  },
  format(value, rules) {
    return labelOf(Number(value), labelsOf(rules)) ?? String(value)
  },
  parse(text, rules) {
    const labels = labelsOf(rules)
    const number = numberOf(text, labels) ?? (/^\s*-?\d{1,15}\s*$/.test(text) ? Number(text) : null)
    if (number === null) throw refusal(`be one of ${listLabels(labels)}`, text)
    return number
  },
}
