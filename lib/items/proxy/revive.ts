/** Errors of a daemon as errors of the caller: those of a known class are of that class again. */
import { RemoteError } from '../../wire/index.js'

/** A class of errors, known to both sides by its name. */
export type ErrorClass = abstract new (...args: never[]) => Error

/** What a daemon may throw here without anybody having said so. Errors of Deadbeat are known by their codes. */
const KNOWN: readonly ErrorClass[] = [TypeError, RangeError, SyntaxError, EvalError, URIError, AggregateError]

/** The classes of errors by their names: those that are known anyway, and the given ones. */
export function errorClasses(more: readonly ErrorClass[] = []): ReadonlyMap<string, ErrorClass> {
  return new Map([...KNOWN, ...more].map((known) => [known.name, known]))
}

/**
 * An error that a daemon told, as one of the class that it names, if that is among the known: with its message, its code,
 * its cause and the stack on the other side, but without running that class's constructor. Everything else stays itself.
 *
 * @example
 * const error = revive(new RemoteError('RangeError', 'level must be at most 10: it is 12'), errorClasses())
 * assert.deepEqual([error instanceof RangeError, error.message], [true, 'level must be at most 10: it is 12'])
 */
export function revive(error: unknown, classes: ReadonlyMap<string, ErrorClass>): unknown {
  if (!(error instanceof RemoteError)) return error
  const known = classes.get(error.name)
  if (known === undefined) return error
  const { name, message, code, remoteStack } = error
  const revived = new Error(message, error.cause === undefined ? {} : { cause: revive(error.cause, classes) })
  Object.setPrototypeOf(revived, known.prototype as object)
  const own = { name, code, remoteStack, stack: error.stack?.replace(/^.*?(?=\n {4}at )/s, `${name}: ${message}`) }
  for (const [key, value] of Object.entries(own)) {
    if (value !== undefined) Object.defineProperty(revived, key, { value, writable: true, configurable: true })
  }
  return revived
}
