/** Values that are text. */
import { toError } from '../../errors/index.js'
import { Matcher } from '../../text/matcher.js'
import { refusal, wrongKind, type ValueRules, type ValueType } from './value-rules.js'

const NO_LIMITS = { lengthMax: Infinity, slowMs: 0, limitMs: 0 } // The time it takes grows with the text only.
const NOBODY = { now: () => 0, slow: () => undefined }

/** Compiled once for each description. */
const matchers = new WeakMap<ValueRules, Matcher>()

/** Text; numbers, true and false are taken as their text. */
export const stringType: ValueType = {
  check(value, rules) {
    if (!['string', 'number', 'bigint', 'boolean'].includes(typeof value)) throw wrongKind('be a text', value)
    const text = String(value)
    const { choices, lengthMax, pattern } = rules
    if (choices !== undefined && !choices.some((choice) => String(choice) === text))
      throw refusal(`be one of ${choices.join(', ')}`, text)
    if (lengthMax !== undefined && text.length > lengthMax && charactersOf(text) > lengthMax)
      throw refusal(`have at most ${lengthMax} characters`, text)
    if (pattern !== undefined && matcherOf(pattern, rules).match(text) === null) throw refusal(`fit ${pattern}`, text)
    return text
  },
  format: (value) => String(value),
  parse: (text) => text,
}

/**
 * Check the pattern of a description.
 *
 * @throws {RangeError} If it is none, or one that re2 can't do: it knows neither backreferences nor looking around.
 */
export function requirePattern(rules: ValueRules): void {
  if (rules.pattern === undefined) return
  try {
    matcherOf(rules.pattern, rules)
  } catch (error) {
    throw new RangeError(`pattern must be a regular expression of re2: ${toError(error).message}`, { cause: error })
  }
}

/** A character beyond the first 65536 is two halves. */
function charactersOf(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0)
}

function matcherOf(pattern: string, rules: ValueRules): Matcher {
  const known = matchers.get(rules)
  if (known !== undefined) return known
  const matcher = new Matcher(`^(?:${pattern})$`, 're2js', NO_LIMITS, NOBODY)
  matchers.set(rules, matcher)
  return matcher
}
