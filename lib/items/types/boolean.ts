/** Values that are true or false. */
import { labelOf, labelsOf, listLabels, numberOf } from './labels.js'
import { wrongKind, type ValueRules, type ValueType } from './value-rules.js'

const USUAL = [
  [0, 'False'],
  [1, 'True'],
] as const

/** The labels of false and true. */
function labelsFor(rules: ValueRules): readonly (readonly [number, string])[] {
  const labels = labelsOf(rules)
  return labels.length === 0 ? USUAL : labels
}

/** True or false: 0, 1 and labels are taken as well. */
export const booleanType: ValueType = {
  check(value, rules) {
    if (typeof value === 'boolean') return value
    if (value === 0 || value === 1) return value === 1
    if (typeof value === 'string') return booleanType.parse(value, rules)
    throw wrongKind(`be true, false or one of ${listLabels(labelsFor(rules))}`, value)
  },
  format(value, rules) {
    return labelOf(value === true || value === 1 ? 1 : 0, labelsFor(rules)) ?? String(value)
  },
  parse(text, rules) {
    const number =
      numberOf(text, labelsFor(rules)) ??
      numberOf(text, USUAL) ??
      numberOf(text, [
        [0, '0'],
        [1, '1'],
      ])
    if (number === null) throw wrongKind(`be true, false or one of ${listLabels(labelsFor(rules))}`, text)
    return number !== 0
  },
}
