/**
 * What nodes have written of themselves and of attempts, checked field by field when it is read: anybody with the rights
 * may have spoilt it, and whoever reads it goes on.
 */
import { describeValue } from '../../errors/index.js'
import type { Json, JsonObject } from '../../kv/index.js'
import { RunnerError } from '../errors.js'
import { isObject } from '../is-object.js'

/** Whether a field is as it must be, and that in words. */
export type Rule = readonly [is: (value: unknown) => boolean, text: string]

/** Any text. */
export const TEXT: Rule = [(value) => typeof value === 'string', 'a text']
/** UNIX seconds. */
export const TIME: Rule = [(value) => Number.isFinite(value) && (value as number) >= 0, 'a time in UNIX seconds']
/** How many. */
export const COUNT: Rule = [
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  'a whole number, at least 0',
]

/** Yes or no. */
export const YES_OR_NO: Rule = [(value) => typeof value === 'boolean', 'true or false']

/** The same, or null. */
export function orNull([is, text]: Rule): Rule {
  return [(value) => value === null || is(value), `${text}, or null`]
}

/** The same, or nothing at all. */
export function maybe([is, text]: Rule): Rule {
  return [(value) => value === undefined || is(value), text]
}

/** An object with these fields, and maybe more. */
export function objectOf(fields: Readonly<Record<string, Rule>>): Rule {
  return [
    (value) => isObject(value) && faultsOf(value, fields).length === 0,
    `an object with ${Object.keys(fields).join(', ')}`,
  ]
}

/** A list of such values. */
export function listOf([is, text]: Rule): Rule {
  return [(value) => Array.isArray(value) && value.every(is), `a list, each ${text}`]
}

/**
 * A text as an object with all these fields. What else it has is for those who know of it.
 *
 * @param what it is, for messages.
 * @throws {RunnerError} ERR_ENTRY, with every field that is not as it must be.
 * @example
 * assert.deepEqual(readStored('a member', '{"node":"a"}', { node: TEXT }), { node: 'a' })
 * assert.throws(() => readStored('a member', '{}', { node: TEXT }), /a member is spoilt: node must be a text: it is undefined/)
 */
export function readStored(what: string, text: string, fields: Readonly<Record<string, Rule>>): JsonObject {
  const value = readJson(what, text)
  if (!isObject(value)) throw spoilt(what, `it must be an object: it is ${describeValue(value)}`)
  const faults = faultsOf(value, fields)
  if (faults.length > 0) throw spoilt(what, faults.join('; '))
  return value
}

/**
 * The values of a list that are as they must be, and how many others there are.
 *
 * @throws {RunnerError} ERR_ENTRY, if it is no list.
 */
export function readStoredList(
  what: string,
  text: string,
  [is]: Rule,
): { readonly good: Json[]; readonly bad: number } {
  const value = readJson(what, text)
  if (!Array.isArray(value)) throw spoilt(what, `it must be a list: it is ${describeValue(value)}`)
  const good = (value as readonly Json[]).filter((one) => is(one))
  return { good, bad: value.length - good.length }
}

/** What can't be used of what is stored. */
export function spoilt(what: string, why: string): RunnerError {
  return new RunnerError('ERR_ENTRY', `${what} is spoilt: ${why}`)
}

function readJson(what: string, text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    throw spoilt(what, `it is no JSON: ${describeValue(text)}`)
  }
}

function faultsOf(value: JsonObject, fields: Readonly<Record<string, Rule>>): string[] {
  return Object.entries(fields).flatMap(([field, [is, text]]) => {
    const given = Object.hasOwn(value, field) ? value[field] : undefined
    return is(given) ? [] : [`${field} must be ${text}: it is ${describeValue(given)}`]
  })
}
