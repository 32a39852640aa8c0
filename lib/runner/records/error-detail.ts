/** What one node says of an error: its stack, what it was done with, and when. */
import { describeValue, isError } from '../../errors/index.js'
import { formatJson, type Json, type JsonObject } from '../../kv/index.js'
import type { ErrorReport } from './error-records.js'

/** What a node has seen last of an error. */
export interface ErrorDetail {
  /** When, in UNIX seconds. */
  readonly seen: number
  /** The state of the store in which it was seen. */
  readonly revision: number
  /** The stack, a line each. */
  readonly trace: readonly string[]
  /** The error in words. */
  readonly text: string
  readonly data: JsonObject
  readonly comment: string
  readonly message: string
}

const TRACE_LINES_MAX = 40

/** The detail of a report, at most so large. */
export function detailOf(
  { error, data = {}, comment = '' }: ErrorReport,
  seen: Pick<ErrorDetail, 'seen' | 'revision' | 'message'>,
  bytesMax: number,
): ErrorDetail {
  const trace = isError(error) ? (error.stack ?? '').split('\n').slice(0, TRACE_LINES_MAX) : []
  const text = error === undefined ? '' : isError(error) ? `${error.name}: ${error.message}` : describeValue(error)
  const whole = { ...seen, trace, text, data: sayable(data), comment }
  if (Buffer.byteLength(formatJson(whole)) <= bytesMax) return whole
  const part = partOf(bytesMax)
  return {
    ...seen,
    message: cut(seen.message, part),
    trace: cut(trace.join('\n'), part).split('\n'),
    text: cut(text, part),
    data: { cut: cut(formatJson(whole.data), part) },
    comment: cut(comment, part),
  }
}

/**
 * A message with `{name}` replaced by what the data have under that name; what they don't have stays.
 *
 * @example
 * assert.equal(filledIn('{value} is above {limit}, {so}', { value: 21, limit: 20 }), '21 is above 20, {so}')
 */
export function filledIn(template: string, data: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{(\w+)\}/g, (all, name: string) => {
    if (!Object.hasOwn(data, name)) return all
    const value = data[name]
    return typeof value === 'string' ? value : describeValue(value)
  })
}

/** Data as JSON has them: a field that it can't say is put in words. */
function sayable(data: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]): [string, Json] => {
      try {
        formatJson({ value })
        return [name, (value ?? null) as Json]
      } catch {
        return [name, describeValue(value)]
      }
    }),
  )
}

/** How many characters each of the five may have, so that all are no more, though every character takes six bytes. */
export function partOf(bytesMax: number): number {
  return Math.floor(bytesMax / 40)
}

/** The beginning of a text, and how long it was. */
export function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax)}... (${text.length} characters)`
}
