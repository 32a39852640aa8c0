/** Values by an item's description: checked, as text, and from text. */
import { booleanType } from './boolean.js'
import { bulkType } from './bulk.js'
import { enumeratedType } from './enumerated.js'
import { jsonType } from './json.js'
import { maskType } from './mask.js'
import { numericArrayType } from './numeric-array.js'
import { numericType } from './numeric.js'
import { stringType } from './string.js'
import { wrongKind, type ItemType, type ValueRules, type ValueType } from './value-rules.js'

const TYPES: Readonly<Record<ItemType, ValueType>> = {
  boolean: booleanType,
  bulk: bulkType,
  enumerated: enumeratedType,
  json: jsonType,
  mask: maskType,
  numeric: numericType,
  'numeric array': numericArrayType,
  string: stringType,
}

/** Every type that there is. */
export const ITEM_TYPES = Object.keys(TYPES) as readonly ItemType[]

/**
 * A value that somebody wants to set, as the item is to have it: a label becomes its number.
 *
 * @throws {TypeError|RangeError} If it breaks a rule; the message says the rule and the value.
 * @example
 * const rules = { type: 'enumerated', enumerators: { 0: 'off', 1: 'on' } }
 * assert.equal(checkValue('ON', rules), 1)
 * assert.throws(() => checkValue(2, rules), /must be one of 0 .off., 1 .on.: it is 2/)
 */
export function checkValue(value: unknown, rules: ValueRules): unknown {
  if (value !== null) return typeOf(rules).check(value, rules)
  if (rules.nullable ?? typeOf(rules) === jsonType) return null
  throw wrongKind('have a value', null)
}

/**
 * A value as people read it: labels, units and format of its description. Null is an empty text.
 *
 * @throws {RangeError} If the description's format is none, or its units can't be converted.
 * @example
 * assert.equal(formatValue(Math.PI / 2, { type: 'numeric', units: { '': 'rad', formatted: 'deg' }, format: '%.1f' }), '90.0')
 */
export function formatValue(value: unknown, rules: ValueRules): string {
  return value === null || value === undefined ? '' : typeOf(rules).format(value, rules)
}

/**
 * What people wrote, as a value. It may break rules still.
 *
 * @throws {TypeError|RangeError} If it can't be read.
 * @example
 * assert.equal(parseValue('1:30', { type: 'numeric', units: { '': 'deg', formatted: 'deg' }, format: '%d:%02d' }), 1.5)
 */
export function parseValue(text: string, rules: ValueRules): unknown {
  return typeOf(rules).parse(text, rules)
}

/**
 * What a daemon is sent for a label: its number, since some take numbers only. Everything else is left for the daemon to judge.
 */
export function numberOfLabel(value: unknown, rules: ValueRules): unknown {
  if (typeof value !== 'string' || !['boolean', 'enumerated', 'mask'].includes(rules.type ?? '')) return value
  try {
    return parseValue(value, rules)
  } catch {
    return value // It says what is wrong with it.
  }
}

/** A type that isn't known is of any JSON: another daemon may have more. */
function typeOf({ type = 'json' }: ValueRules): ValueType {
  return Object.hasOwn(TYPES, type) ? TYPES[type] : jsonType
}
