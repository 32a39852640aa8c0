/** What entries of code and modules have in common: how their fields are checked, and what names inputs may have. */
import { builtinModules } from 'node:module'
import { describeValue } from '../../errors/index.js'
import type { Json, JsonObject } from '../../kv/index.js'
import { RunnerError } from '../errors.js'
import { isObject } from '../is-object.js'
import { PATH_ELEMENTS_MAX } from '../path.js'

/** The languages of stored code. TypeScript is JavaScript with types that vanish; it isn't checked for them. */
export type Lang = 'js' | 'ts'

/** What the code is given under these names, so that no input may have one. */
export const CONTEXT_NAMES: readonly string[] = [
  ...['_client', '_cfg', '_cls', '_digits', '_info', '_log', '_P', '_Path', '_self'],
  ...['signal', '_fence', '_attempt', '_require'],
]

/** Whether a field is as it must be, and that in words. */
export type FieldRule = readonly [is: (value: unknown) => boolean, text: string]

/** Any text, the empty one, too. */
export const TEXT: FieldRule = [(value) => typeof value === 'string', 'a text']
/** Paths of modules. */
export const REQUIRES: FieldRule = [isListOfModules, 'a list of paths of modules, each once']
/** The language. */
export const LANG: FieldRule = [(value) => value === 'js' || value === 'ts', 'js or ts']
/** A signature, whoever made it. */
export const SIGNATURE: FieldRule = [isSignature, 'an object with signer and value, both texts']

/**
 * The faults of what is stored, each a sentence; of an object without any there are none.
 *
 * @example
 * assert.deepEqual(faultsOf({ code: 5, x: 1 }, { code: TEXT }), ['code must be a text: it is 5', 'there is no "x": there are code'])
 */
export function faultsOf(value: JsonObject, rules: Readonly<Record<string, FieldRule>>): string[] {
  return Object.entries(value).flatMap(([field, given]) => {
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined
    if (rule === undefined) return [`there is no ${JSON.stringify(field)}: there are ${Object.keys(rules).join(', ')}`]
    return rule[0](given) ? [] : [`${field} must be ${rule[1]}: it is ${describeValue(given)}`]
  })
}

/**
 * An entry as it is stored, once every field was found to be right.
 *
 * @param what it is, for messages: `code the.answer`.
 * @throws {RunnerError} ERR_ENTRY, with every field that is not as it must be.
 */
export function checkedEntry(
  what: string,
  value: Json,
  rules: Readonly<Record<string, FieldRule>>,
): JsonObject & {
  readonly code: string
} {
  if (!isObject(value)) {
    throw new RunnerError('ERR_ENTRY', `${what} must be an object: it is ${describeValue(value)}`)
  }
  const faults = faultsOf(value, rules)
  if (!('code' in value)) faults.push('code, its text, is missing')
  if (faults.length > 0) throw new RunnerError('ERR_ENTRY', `${what} can't be used: ${faults.join('; ')}`)
  return value as JsonObject & { code: string }
}

/**
 * Whether an input may have this name: an identifier of strict code that nothing else goes by.
 *
 * @example
 * assert.deepEqual(['factor', '_self', 'for', 'a-b', 'await'].map(isInputName), [true, false, false, false, false])
 */
export function isInputName(name: unknown): boolean {
  return typeof name === 'string' && IDENTIFIER.test(name) && !RESERVED.has(name) && !CONTEXT_NAMES.includes(name)
}

/**
 * Whether stored code may import a module by this name. Elements are plain names, so that the name is what stands behind
 * `import`, and is never one of Node's own.
 */
export function isModuleName(name: unknown): boolean {
  if (typeof name !== 'string' || !/^[\w-]+(?:\.[\w-]+)*$/.test(name)) return false
  return !builtinModules.includes(name) && name.split('.').length <= PATH_ELEMENTS_MAX
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u
const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof var void while with yield'
  ).split(' '),
)

function isListOfModules(value: unknown): boolean {
  return Array.isArray(value) && value.every(isModuleName) && new Set(value).size === value.length
}

function isSignature(value: unknown): boolean {
  if (!isObject(value)) return false
  const { signer, value: bytes, ...more } = value
  return typeof signer === 'string' && typeof bytes === 'string' && Object.keys(more).length === 0
}
