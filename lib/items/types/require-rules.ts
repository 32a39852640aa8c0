/** Whether a description can be kept at all: what would fail at every value is told at once. */
import { describeValue } from '../../errors/index.js'
import { requireFormat } from './number-text.js'
import { requirePattern } from './string.js'
import type { ValueRules } from './value-rules.js'

/**
 * Check the rules themselves. Units aren't looked at: only who shows a value converts it.
 *
 * @throws {RangeError} If one can't be kept; the message says the rule and what it is.
 * @example
 * assert.throws(() => requireRules({ type: 'numeric', format: '%y' }), /format must have fields of printf/)
 */
export function requireRules(rules: ValueRules): void {
  const { type = 'json', range, step, lengthMax } = rules
  if (type === 'numeric' || type === 'numeric array') requireFormat(rules)
  requirePattern(rules)
  if (range !== undefined && !(range[0] <= range[1]))
    throw new RangeError(`range must be the lowest and the highest number: it is ${describeValue(range)}`)
  if (step !== undefined && !(step > 0)) throw new RangeError(`step must be above 0: it is ${describeValue(step)}`)
  if (lengthMax !== undefined && !(lengthMax >= 0))
    throw new RangeError(`lengthMax must be at least 0: it is ${describeValue(lengthMax)}`)
}
