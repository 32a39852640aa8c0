/** The names by which clients in Python know our errors. */
import { codeOf } from '../../errors/index.js'

/** By the code of the error; others go by their own kind. */
const TYPES: Readonly<Record<string, string>> = {
  ERR_NO_ITEM: 'KeyError',
  ERR_NO_METHOD: 'KeyError',
  ERR_READ_ONLY: 'TypeError',
  ERR_WRITE_ONLY: 'TypeError',
  ERR_TARGET: 'ValueError',
  ERR_ITEM_VALUE: 'ValueError',
  ERR_ITEM_SET: 'RuntimeError',
  ERR_DEADLINE: 'TimeoutError',
  ERR_FORBIDDEN: 'PermissionError',
}

/**
 * The name of the Python error that says the same; undefined if there is none for its code.
 *
 * @example
 * assert.equal(pythonTypeOf(new ItemError('ERR_NO_ITEM', 'lamp has no item colour')), 'KeyError')
 * assert.equal(pythonTypeOf(new Error('bug')), undefined)
 */
export function pythonTypeOf(error: unknown): string | undefined {
  const code = codeOf(error)
  return Object.hasOwn(TYPES, code) ? TYPES[code] : undefined
}
