/** Values that are any JSON. */
import { wrongKind, type ValueType } from './value-rules.js'

/** Any JSON; typed arrays and what the wire carries beside it go through. */
export const jsonType: ValueType = {
  check(value) {
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol')
      throw wrongKind('be JSON', value)
    return value
  },
  format(value) {
    // Text that would be read as something else is quoted.
    if (typeof value === 'string') return isJson(value) ? JSON.stringify(value) : value
    return textOf(value)
  },
  parse(text) {
    return isJson(text) ? (JSON.parse(text) as unknown) : text
  },
}

/** A value as JSON: whole numbers of any length as such. */
function textOf(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
