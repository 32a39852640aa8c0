/** Items for people and programs that don't know them. */
import { toError } from '../../errors/index.js'
import { isSettable, type Description, type ItemOptions } from './item-options.js'

/** What stands in the place of a secret. */
export const MASK = '***'

/**
 * What an item is, without its value.
 *
 * @example
 * const { type, units } = describeItem('level', { type: 'numeric', units: { '': 'radians', formatted: 'degrees' } })
 * assert.deepEqual([type, units], ['numeric', 'degrees'])
 */
export function describeItem(key: string, options: ItemOptions): Description {
  const { type = 'json', doc = '', units = null, enumerators, range = null, isStream = false } = options
  const { choices = enumerators === undefined ? null : Object.values(enumerators) } = options
  const shownUnits = units === null || typeof units === 'string' ? units : units.formatted
  return { key, type, doc, units: shownUnits, choices, range, isSettable: isSettable(options), isStream }
}

/**
 * What refuses a secret is told and written down without it: not even as a cause.
 *
 * @example
 * assert.equal(withoutValue(new RangeError('must be at most 3: it is 7')).message, 'must be at most 3: it is ***')
 */
export function withoutValue(thrown: unknown): Error {
  const { name, message } = toError(thrown)
  const [rule = ''] = message.split(': it is ')
  const told = `${rule}: it is ${MASK}`
  return name === 'TypeError' ? new TypeError(told) : new RangeError(told)
}
