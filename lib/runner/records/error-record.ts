/** What is known of one thing that goes wrong, as it is stored. */
import { describeValue } from '../../errors/index.js'
import type { Json, JsonObject } from '../../kv/index.js'
import { isObject } from '../is-object.js'
import { ERROR_PATH_ELEMENTS_MAX, formatPath, parsePath, type Path } from '../path.js'
import type { ErrorDetail } from './error-detail.js'

/** How bad it is: 0 fatal, 1 error, 2 warning, 3 info, 4 note, 5 debug, 6 trace; 7 is free. */
export type Severity = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7

/** What is wrong with one thing. All times are UNIX seconds. */
export interface ErrorRecord {
  readonly subsystem: string
  /** The thing, as a dotted path. */
  readonly path: string
  readonly severity: Severity
  /** When it was found to work again; false: it is still wrong. */
  readonly resolved: number | false
  /** How often it went wrong. */
  readonly count: number
  readonly firstSeen: number
  readonly lastSeen: number
  readonly message: string
  /** Which nodes have said what they saw. */
  readonly nodes: readonly string[]
}

/** The elements of a record's path: kind, group and path of a job, or `proc` and the path of code. */
export function errorPath({ path }: Pick<ErrorRecord, 'path'>): Path {
  return parsePath(path, ERROR_PATH_ELEMENTS_MAX)
}

/**
 * A record from what is stored. One that somebody has spoilt is a record that says so: it is seen, and can be deleted.
 *
 * @param subsystem where it is stored, as `path`: what it says itself of that doesn't count.
 * @example
 * const { path, message } = readErrorRecord('{"count":"x"}', 'run', ['any', 'lab', 'a'])
 * assert.deepEqual([path, message], ['any.lab.a', `this record can't be read: {"count":"x"}`])
 */
export function readErrorRecord(text: string, subsystem: string, path: Path): ErrorRecord {
  const place = { subsystem, path: formatPath(path, ERROR_PATH_ELEMENTS_MAX) }
  const value = parsed(text)
  if (isObject(value) && isRecord(value)) return { ...(value as unknown as ErrorRecord), ...place }
  const message = `this record can't be read: ${describeValue(value ?? text)}`
  return { ...place, severity: 1, resolved: false, count: 0, firstSeen: 0, lastSeen: 0, message, nodes: [] }
}

/** What a node says of an error; null, if somebody has spoilt it. */
export function readErrorDetail(text: string): ErrorDetail | null {
  const value = parsed(text)
  return isObject(value) && isDetail(value) ? (value as unknown as ErrorDetail) : null
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function isRecord({ severity, resolved, count, firstSeen, lastSeen, message, nodes }: JsonObject): boolean {
  const isSeverity = Number.isInteger(severity) && (severity as number) >= 0 && (severity as number) <= 7
  const areTimes = [count, firstSeen, lastSeen].every(isNumber) && (resolved === false || isNumber(resolved))
  return isSeverity && areTimes && typeof message === 'string' && areTexts(nodes) && !nodes.includes('')
}

function isDetail({ seen, revision, trace, text, data, comment, message }: JsonObject): boolean {
  const isWhole = isNumber(seen) && isNumber(revision) && areTexts(trace) && isObject(data)
  return isWhole && [text, comment, message].every((one) => typeof one === 'string')
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value)
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
