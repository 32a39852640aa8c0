/** What code is called with: positional arguments, named ones and its own defaults become its variables. */
import type { Json, JsonObject } from '../../kv/index.js'
import { isObject } from '../is-object.js'
import { isInputName } from './entry-rules.js'
import type { HostedCode } from './hosted-code.js'

/** What of code says how it is called. */
export type Called = Pick<HostedCode, 'path' | 'vars' | 'default'>

/**
 * The variables of a call. Positional arguments fill `vars` from the left; what nobody gives is null. What is named goes
 * over the defaults, object by object.
 *
 * @throws {TypeError} If there are more arguments than `vars`, one is given twice, or a name can't be that of a variable.
 * @example
 * const add = { path: 'add', vars: ['a', 'b'], default: { b: 1, at: { x: 1, y: 2 } } }
 * assert.deepEqual(inputsOf(add, [5], { at: { y: 3 } }), { a: 5, b: 1, at: { x: 1, y: 3 } })
 * assert.deepEqual(inputsOf({ path: 'x', vars: ['a'], default: {} }, [], {}), { a: null })
 */
export function inputsOf(
  { path, vars, default: values }: Called,
  args: readonly unknown[],
  named: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (args.length > vars.length) {
    throw new TypeError(`code ${path} takes at most ${vars.length} arguments by position: there are ${args.length}`)
  }
  const wrong = Object.keys(named).find((name) => !isInputName(name))
  if (wrong !== undefined) throw new TypeError(`code ${path} can't have an input named ${JSON.stringify(wrong)}`)
  const twice = vars.slice(0, args.length).find((name) => Object.hasOwn(named, name))
  if (twice !== undefined) throw new TypeError(`code ${path} is given ${twice} twice: by position and by name`)
  const byPosition = vars.map((name, i): [string, unknown] => [name, i < args.length ? args[i] : null])
  const filled = Object.fromEntries(byPosition.slice(0, args.length))
  return { ...Object.fromEntries(byPosition), ...merged(values, named as JsonObject), ...filled }
}

/**
 * One object over another: what both have as objects is merged, else the second one's value counts.
 *
 * @example
 * assert.deepEqual(merged({ a: { x: 1 }, b: [1] }, { a: { y: 2 }, b: [2] }), { a: { x: 1, y: 2 }, b: [2] })
 */
export function merged(below: JsonObject, above: JsonObject): JsonObject {
  const over = Object.entries(above).map(([name, value]): [string, Json] => {
    const under = Object.hasOwn(below, name) ? below[name] : undefined
    return [name, isPlain(under) && isPlain(value) ? merged(under, value) : value]
  })
  return { ...below, ...Object.fromEntries(over) }
}

/** An object of JSON: in a call of this process there may be others, which stay what they are. */
function isPlain(value: unknown): value is JsonObject {
  return isObject(value) && Object.prototype.toString.call(value) === '[object Object]'
}
