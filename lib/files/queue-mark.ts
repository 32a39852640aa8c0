/** How far a queue on disk was read, and what of it was under way, as JSON for check-points. */
import { DeadbeatError, describeValue } from '../errors/index.js'

/** How far a queue was read. */
export type QueueMark = {
  readonly version: 1
  /** Where it is kept. */
  readonly directory: string
  /** Up to which position everything has come out; null if nothing has yet, and its cursor says where it begins. */
  readonly given: number | null
}

/** Some records of a queue: the position of the first one, and that behind the last one. */
export type QueueRangeMark = { readonly start: number; readonly end: number }

/**
 * What was written as the mark of a queue.
 *
 * @throws {DeadbeatError} With code ERR_MARK, if it is none; the message names what is wrong, and how it is.
 */
export function readQueueMark(json: unknown): QueueMark {
  const { version, directory, given } = fieldsOf(json)
  if (version !== 1) throw wrong('version', '1, all that this program can read', version)
  if (typeof directory !== 'string') throw wrong('directory', 'a text', directory)
  return { version, directory, given: given === null ? null : position('given', given) }
}

/**
 * What was written as the origin of data that came from a queue.
 *
 * @throws {DeadbeatError} With code ERR_MARK, if it is none; the message names what is wrong, and how it is.
 */
export function readQueueRange(json: unknown): QueueRangeMark {
  const fields = fieldsOf(json)
  const start = position('start', fields['start'])
  const end = position('end', fields['end'])
  if (end < start) throw wrong('end', `at least start (${start})`, end)
  return { start, end }
}

function fieldsOf(json: unknown): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw wrong('it', 'an object of JSON', json)
  return json as Record<string, unknown>
}

function position(name: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw wrong(name, 'a whole number of at least 0', value)
  return value as number
}

function wrong(name: string, rule: string, value: unknown): DeadbeatError {
  const message = `the mark of a queue can't be read: ${name} must be ${rule}: it is ${describeValue(value)}`
  return new DeadbeatError('ERR_MARK', message)
}
