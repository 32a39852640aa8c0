/** What running code hands in is looked at before it goes to its runner, so that what is wrong names its place. */
import { describeValue } from '../../../errors/index.js'
import { formatJson, type Json, type JsonObject } from '../../../kv/entities/json.js'
import type { Path } from '../../path.js'

/** A class of messages. */
export type Class<M> = new (...args: never[]) => M

/**
 * A path that code names.
 *
 * @throws {TypeError} If it is something else.
 */
export function asPath(path: unknown): Path {
  if (Array.isArray(path) && path.every((one) => typeof one === 'string' && one !== '')) return path as Path
  throw new TypeError(`a path must be a list of texts, as _P('a.b') is: it is ${describeValue(path)}`)
}

/**
 * A value that code stores or sends.
 *
 * @throws {TypeError} If it can't be said in JSON.
 */
export function asJson(value: unknown): Json {
  return (JSON.parse(formatJson({ value: value ?? null })) as JsonObject)['value'] as Json
}

/**
 * Check that something is a class of messages, or derived from it.
 *
 * @throws {TypeError} If it is something else.
 */
export function requireClass(cls: unknown, base: { readonly name: string; readonly prototype: object }): void {
  if (typeof cls === 'function' && (cls === base || cls.prototype instanceof (base as never))) return
  throw new TypeError(`cls must be _cls.${base.name} or derived from it: it is ${describeValue(cls)}`)
}

/**
 * Check a depth in a subtree.
 *
 * @throws {RangeError} If it is no whole number, or below `least`.
 */
export function requireDepth(depth: unknown, least: number, name: string): void {
  if (Number.isInteger(depth) && (depth as number) >= least) return
  throw new RangeError(`${name} must be a whole number of at least ${least}: it is ${describeValue(depth)}`)
}
