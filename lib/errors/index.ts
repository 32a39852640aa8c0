/** Where every error of Deadbeat comes from: one base class with a stable code, and the checks that arguments pass. */

import { inspect } from 'node:util'

/** Anything that Deadbeat itself reports: `code` is stable and documented, `cause` is what lies behind it. */
export class DeadbeatError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** A configuration that cannot be used: one error for all its faults, each with its path and where it was written. */
export class ConfigError extends DeadbeatError {
  readonly faults: readonly string[]

  constructor(faults: readonly string[], options?: { cause?: unknown }) {
    super(
      'ERR_CONFIG',
      faults.length === 1 ? String(faults[0]) : `${faults.length} faults:\n  ${faults.join('\n  ')}`,
      options,
    )
    this.faults = faults
  }
}

/** Something was used after its end. */
export class ClosedError extends DeadbeatError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('ERR_CLOSED', message, options)
  }
}

/**
 * Check that each named option is a number of at least `least`.
 *
 * @throws {RangeError} If one is below, or is no number; the message names the option, the rule and the value.
 * @example
 * requireAtLeast(1, { windowMs: 5 }, 'windowMs')
 * assert.throws(() => requireAtLeast(1, { windowMs: 0 }, 'windowMs'), /windowMs must be at least 1: it is 0/)
 */
export function requireAtLeast<K extends string>(
  least: number,
  options: { readonly [P in K]?: unknown },
  ...names: K[]
): void {
  for (const name of names) {
    const value = options[name]
    if (typeof value !== 'number' || !(value >= least)) {
      throw new RangeError(`${name} must be at least ${least}: it is ${describeValue(value)}`)
    }
  }
}

/**
 * Check that each named option is a function.
 *
 * @throws {TypeError} If one is not; the message names the option and the value.
 */
export function requireFunction<K extends string>(options: { readonly [P in K]?: unknown }, ...names: K[]): void {
  for (const name of names) {
    if (typeof options[name] !== 'function') {
      throw new TypeError(`${name} must be a function: it is ${describeValue(options[name])}`)
    }
  }
}

/**
 * Check that each named option is one of some values.
 *
 * @throws {RangeError} If one is not; the message names the option, the values and what it is.
 * @example
 * assert.throws(() => requireOneOf(['a', 'b'], { mode: 'c' }, 'mode'), /mode must be one of a, b: it is "c"/)
 */
export function requireOneOf<K extends string>(
  values: readonly unknown[],
  options: { readonly [P in K]?: unknown },
  ...names: K[]
): void {
  for (const name of names) {
    if (!values.includes(options[name]))
      throw new RangeError(`${name} must be one of ${values.join(', ')}: it is ${describeValue(options[name])}`)
  }
}

/**
 * A value as an error message shows it: short, on one line, never a throw.
 *
 * @example
 * assert.equal(describeValue('x'.repeat(500)).length < 120, true)
 */
export function describeValue(value: unknown): string {
  let text: string
  try {
    text = textOf(value)
  } catch {
    text = 'something that throws when it is looked at'
  }
  return text.length > 100 ? `${text.slice(0, 97)}...` : text
}

function textOf(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'object') return inspect(value)
  try {
    const text: unknown = JSON.stringify(value)
    return typeof text === 'string' ? text : String(text) // A toJSON of its own may say that there is nothing.
  } catch {
    return Object.prototype.toString.call(value)
  }
}

/**
 * An unknown thrown value as an Error: what is one already stays itself.
 *
 * @example
 * assert.equal(toError('no').message, 'no')
 */
export function toError(thrown: unknown): Error {
  return isError(thrown) ? thrown : new Error(typeof thrown === 'string' ? thrown : describeValue(thrown))
}

/** Whether a value is an Error of any realm, so that those of Node's core are seen in a test's own realm too. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
}

/** The `code` of a system error (`'ENOENT'`), or an empty string where there is none. */
export function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : ''
  return typeof code === 'string' ? code : ''
}
