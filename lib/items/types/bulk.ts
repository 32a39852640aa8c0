/** Values that are arrays of numbers as bytes. */
import { types } from 'node:util'
import { refusal, wrongKind, type ValueType } from './value-rules.js'

type Numbers = Float64Array | BigInt64Array

/** So many numbers are shown. */
const SHOWN_MAX = 8

/** A typed array, alone or with a shape. It can't be written as text. */
export const bulkType: ValueType = {
  check(value, { lengthMax = Infinity }) {
    const numbers = numbersOf(value)
    if (numbers === null) throw wrongKind('be an array of numbers as bytes (bulk)', value)
    if (numbers.length > lengthMax) throw refusal(`have at most ${lengthMax} numbers`, `an array of ${numbers.length}`)
    return value
  },
  format(value) {
    const numbers = numbersOf(value)
    if (numbers === null) return String(value)
    const { shape = [numbers.length] } = value as { readonly shape?: readonly number[] }
    const shown = Array.from(numbers.subarray(0, SHOWN_MAX), String)
    const more = numbers.length > SHOWN_MAX ? ', …' : ''
    return `${numbers.constructor.name.replace('Array', '').toLowerCase()} [${shape.join(', ')}]: ${shown.join(', ')}${more}`
  },
  parse(text) {
    throw wrongKind('be sent as bytes: it has no text', text)
  },
}

function numbersOf(value: unknown): Numbers | null {
  if (typeof value !== 'object' || value === null) return null
  if (types.isTypedArray(value)) return value as Numbers
  return 'data' in value && types.isTypedArray(value.data) ? (value.data as Numbers) : null
}
