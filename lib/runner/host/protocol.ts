/**
 * What a job host and its runner say to each other: objects of JSON, one a line, over a socket of their own. It isn't
 * Node's channel for children, because whoever writes something else than Node into that ends the parent: the code of a
 * job may write what it likes here, so the runner's side believes nothing.
 */
import { describeValue } from '../../errors/index.js'
import type { Json, JsonObject } from '../../kv/index.js'
import type { HostedCode } from '../code/hosted-code.js'
import { RunnerError } from '../errors.js'
import { isObject } from '../is-object.js'
import { PATH_ELEMENTS_MAX, type Path } from '../path.js'
import type {
  JobError,
  JobErrorRecord,
  JobIdentity,
  JobLogLevel,
  RunnerMessage,
  TopicEvent,
  WatchEvent,
  WatchRequest,
} from './job-run.js'

/** The descriptor of the socket in the child. */
export const CHANNEL_FD = 3
/** That of the socket over which it is permitted to run. */
export const PERMIT_FD = 4
/** How many bytes a message may have. */
export const MESSAGE_BYTES_MAX = 4 * 2 ** 20
/** How many characters each text of an error may have, and a reason: they are kept with the job. */
export const TEXT_CHARS_MAX = 8192
/** How many requests of a job may be under way. */
export const ASKS_MAX = 64
/** How often a job says that it is there, for each time that it may be silent. */
export const BEATS = 3

/** What is asked for, by its name. */
export interface Asks {
  get: { readonly path: Path }
  set: { readonly path: Path; readonly value: Json }
  delete: { readonly path: Path }
  watch: { readonly path: Path } & WatchRequest
  monitor: { readonly path: Path; readonly raw: boolean }
  send: { readonly path: Path; readonly value: Json } | { readonly path: Path; readonly raw: string }
  setupDone: object
  error: { readonly record: JobErrorRecord }
  call: { readonly daemon: string; readonly method: string; readonly args: readonly Json[] }
  /** End what the request of that number began. */
  cancel: { readonly of: number }
}

/** A request of a job. */
export type Ask = {
  [M in keyof Asks]: { readonly type: 'ask'; readonly id: number; readonly method: M; readonly params: Asks[M] }
}[keyof Asks]

/** How the code has ended. */
export type CodeEnd =
  | { readonly outcome: 'success'; readonly result: Json }
  | { readonly outcome: 'failed'; readonly error: JobError }
  | { readonly outcome: 'cancelled'; readonly reason: string }

/** What a job host says. */
export type FromChild =
  | Ask
  | { readonly type: 'beat' }
  | { readonly type: 'log'; readonly level: JobLogLevel; readonly text: string }
  | { readonly type: 'end'; readonly end: CodeEnd }

/** What it is told. */
export type ToChild =
  | {
      readonly type: 'start'
      readonly code: HostedCode
      /** The variables of the code. */
      readonly inputs: JsonObject
      readonly config: JsonObject
      readonly identity: JobIdentity
      readonly heartbeatMs: number
      /** The binary by which it obeys permits, over the descriptor for them; null: it is told by `confirm` how long it may run. */
      readonly native: string | null
    }
  | { readonly type: 'reply'; readonly id: number; readonly value?: Json }
  | { readonly type: 'refusal'; readonly id: number; readonly error: JobError }
  | { readonly type: 'event'; readonly id: number; readonly event: WatchEvent | TopicEvent }
  | { readonly type: 'tell'; readonly message: RunnerMessage }
  | { readonly type: 'confirm'; readonly forMs: number }
  | { readonly type: 'stop'; readonly reason: string }

/** A message as it goes over the socket. */
export function formatMessage(message: FromChild | ToChild): string {
  return `${JSON.stringify(message)}\n`
}

/**
 * What a job host says, checked whole.
 *
 * @throws {RunnerError} ERR_JOB_MESSAGE, if it isn't what a job host says.
 * @example
 * assert.deepEqual(readFromChild('{"type":"beat"}'), { type: 'beat' })
 * assert.throws(() => readFromChild('{"type":"rm"}'), /said what no job host says/)
 */
export function readFromChild(text: string): FromChild {
  const message = parsed(text)
  if (!isObject(message) || !isFromChild(message)) throw notOurs(text)
  return message as unknown as FromChild
}

/**
 * Check that a message is no longer than one may be.
 *
 * @param what it is, for people: `a request`.
 * @throws {RangeError} If it is.
 */
export function requireShort(text: string, what: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes > MESSAGE_BYTES_MAX)
    throw new RangeError(`${what} must have at most ${MESSAGE_BYTES_MAX} bytes: it has ${bytes}`)
}

/** The error of a message that no job host sends. */
export function notOurs(text: string): RunnerError {
  return new RunnerError('ERR_JOB_MESSAGE', `the job said what no job host says: ${describeValue(text)}`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Shape = (value: unknown) => boolean

const LEVELS: readonly unknown[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']
const isText: Shape = (value) => typeof value === 'string'
const isShort: Shape = (value) => typeof value === 'string' && value.length <= TEXT_CHARS_MAX
const isFlag: Shape = (value) => typeof value === 'boolean'
const isId: Shape = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const isValue: Shape = (value) => value !== undefined
const isPath: Shape = (value) =>
  Array.isArray(value) && value.length <= PATH_ELEMENTS_MAX && value.every((one) => isText(one) && one !== '')
const optional =
  (is: Shape): Shape =>
  (value) =>
    value === undefined || is(value)
/** An object with these fields and no other: what is not looked at here is handed on to nobody. */
const shape =
  (fields: Readonly<Record<string, Shape>>): Shape =>
  (value) =>
    isObject(value) &&
    Object.entries(fields).every(([name, is]) => is(own(value, name))) &&
    Object.keys(value).every((name) => Object.hasOwn(fields, name))

const isRecord = shape({
  ...{ path: optional(isPath), subsystem: optional(isText), message: optional(isText), comment: optional(isText) },
  severity: optional((value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 7),
  data: optional(isObject),
})
const isError = shape({
  ...{ name: isShort, message: isShort, stack: optional(isShort), code: optional(isShort) },
  ...{ isRecorded: optional(isFlag), isRetryable: optional(isFlag) },
})

const PARAMS: { readonly [M in keyof Asks]: Shape } = {
  get: shape({ path: isPath }),
  set: shape({ path: isPath, value: isValue }),
  delete: shape({ path: isPath }),
  watch: shape({
    ...{ path: isPath, fetch: isFlag, minDepth: isId },
    maxDepth: (value) => Number.isSafeInteger(value) && (value as number) >= -1,
  }),
  monitor: shape({ path: isPath, raw: isFlag }),
  send: (value) => shape({ path: isPath, raw: isText })(value) || shape({ path: isPath, value: isValue })(value),
  setupDone: isObject,
  error: shape({ record: isRecord }),
  call: shape({ daemon: isText, method: isText, args: Array.isArray }),
  cancel: shape({ of: isId }),
}

const ENDS: Readonly<Record<string, Shape>> = {
  success: shape({ outcome: isText, result: isValue }),
  failed: shape({ outcome: isText, error: isError }),
  cancelled: shape({ outcome: isText, reason: isShort }),
}

function isFromChild(message: JsonObject): boolean {
  switch (own(message, 'type')) {
    case 'beat':
      return true
    case 'log':
      return LEVELS.includes(own(message, 'level')) && isText(own(message, 'text'))
    case 'ask':
      return isId(own(message, 'id')) && isAsk(own(message, 'method'), own(message, 'params'))
    case 'end': {
      const end = own(message, 'end')
      return isObject(end) && isKnown(ENDS, own(end, 'outcome'), end)
    }
    default:
      return false
  }
}

/** Whether a job host asks for that so. */
export function isAsk(method: unknown, params: unknown): boolean {
  return isKnown(PARAMS, method, params)
}

function isKnown(shapes: Readonly<Record<string, Shape>>, name: unknown, value: unknown): boolean {
  return typeof name === 'string' && Object.hasOwn(shapes, name) && shapes[name]?.(value) === true
}

/** What the object itself has: nothing that an object of JSON inherits. */
function own(value: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined
}
