/** Values that are lists of numbers. */
import { types } from 'node:util'
import { numericType, readNumber } from './numeric.js'
import { refusal, wrongKind, type ValueRules, type ValueType } from './value-rules.js'

/** A list of numbers; a typed array and the text of a list are taken as well. */
export const numericArrayType: ValueType = {
  check(value, rules) {
    const list = typeof value === 'string' ? numericArrayType.parse(value, rules) : value
    if (!Array.isArray(list) && !types.isTypedArray(list)) throw wrongKind('be a list of numbers', value)
    const { length } = list as ArrayLike<unknown>
    if (rules.lengthMax !== undefined && length > rules.lengthMax)
      throw refusal(`have at most ${rules.lengthMax} numbers`, `a list of ${length}`)
    return Array.from(list as ArrayLike<unknown>, (one, i) => elementOf(one, i, rules))
  },
  format(value, rules) {
    if (!Array.isArray(value)) return String(value)
    return `[${value.map((one: unknown) => numericType.format(one, rules).trim()).join(', ')}]`
  },
  parse(text, rules) {
    const groups = /^\s*(?:\[(?<list>[^[\]()]*)\]|\((?<tuple>[^[\]()]*)\))\s*$/.exec(text)?.groups ?? {}
    const inner = groups['list'] ?? groups['tuple']
    if (inner === undefined) throw wrongKind('be a list of numbers, as [1, 2.5]', text)
    if (inner.trim() === '') return []
    return inner
      .replace(/,\s*$/, '') // Python writes (1,).
      .split(',')
      .map((part) => {
        if (part.trim() === '') throw wrongKind('be a list of numbers, as [1, 2.5]', text)
        return numericType.parse(part, rules)
      })
  },
}

function elementOf(value: unknown, at: number, rules: ValueRules): unknown {
  try {
    return numericType.check(typeof value === 'string' ? (readNumber(value) ?? value) : value, rules)
  } catch (error) {
    const message = `${(error as Error).message} at ${at}`
    throw error instanceof TypeError
      ? new TypeError(message, { cause: error })
      : new RangeError(message, { cause: error })
  }
}
