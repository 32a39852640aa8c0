/** Every error of the wire, each with a stable code, and how an error travels in a reply. */
import { codeOf, DeadbeatError, toError } from '../errors/index.js'
import type { Payload } from './frames/message.js'

/** The wire itself failed: a request, a message or a socket. */
export class WireError extends DeadbeatError {}

/** The error that the daemon answered: `name` is its name there, else its type, `code` its code if it has one. */
export class RemoteError extends DeadbeatError {
  /** The stack on the other side, where that daemon tells it. */
  readonly remoteStack: string | undefined

  constructor(name: string, message: string, options: { code?: string; stack?: string; cause?: unknown } = {}) {
    super(options.code ?? 'ERR_REMOTE', message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = name
    this.remoteStack = options.stack
  }
}

/** How errors are told to clients. */
export interface ErrorReplyOptions {
  /** The name that a client written in Python knows the error by; undefined: by the error's own kind. */
  readonly errorType?: ((error: Error) => string | undefined) | undefined
  /** Whether the stack is told too, with its file names. */
  readonly debug?: boolean | undefined
}

/** So deep goes the chain of causes in a reply. */
const CAUSES_MAX = 8

/**
 * The payload that tells an error: the type by a name of Python's, as its clients expect one, its own name and our code beside.
 *
 * @example
 * const { error } = errorReply(new RangeError('windowMs must be at least 1: it is 0'))
 * assert.deepEqual(error, { type: 'ValueError', name: 'RangeError', text: 'windowMs must be at least 1: it is 0' })
 */
export function errorReply(thrown: unknown, options: ErrorReplyOptions = {}): Payload {
  return { error: describeError(toError(thrown), options, CAUSES_MAX) }
}

function describeError(error: Error, options: ErrorReplyOptions, depth: number): Payload {
  const code = codeOf(error)
  const type = options.errorType?.(error) ?? typeOf(error)
  return {
    type,
    text: error.message === '' ? error.name : error.message,
    ...(nameSaysMore(error, type) ? { name: error.name } : {}),
    ...(code === '' ? {} : { code }),
    ...(error.cause === undefined || depth === 0
      ? {}
      : { cause: describeError(toError(error.cause), options, depth - 1) }),
    ...(options.debug === true && error.stack !== undefined ? { debug: error.stack } : {}),
  }
}

/** An error of ours is told by its code, and so is one of JavaScript's own that has one; any other by its name. */
function nameSaysMore(error: Error, type: string): boolean {
  if (error.name === type || error.name === 'Error') return false
  return codeOf(error) === '' || !(error instanceof DeadbeatError || Object.hasOwn(TYPES, error.name))
}

const TYPES: Readonly<Record<string, string>> = {
  ERR_DEADLINE: 'TimeoutError',
  ERR_NO_ACK: 'TimeoutError',
  ERR_FORBIDDEN: 'PermissionError',
  ERR_WIRE_FRAMES: 'ValueError',
  ERR_WIRE_VALUE: 'ValueError',
  TypeError: 'TypeError',
  RangeError: 'ValueError',
  SyntaxError: 'ValueError',
}

function typeOf(error: Error): string {
  if (error instanceof RemoteError) return error.name
  const known = [codeOf(error), error.name].find((name) => Object.hasOwn(TYPES, name))
  return (known === undefined ? undefined : TYPES[known]) ?? 'RuntimeError'
}

/**
 * The error that a reply tells; null if it tells none. What the other side sent is taken for what it says, whatever its shape.
 *
 * @example
 * const error = readError({ error: { type: 'KeyError', text: 'no such item' } })
 * assert.deepEqual([error.name, error.message, error.code], ['KeyError', 'no such item', 'ERR_REMOTE'])
 * assert.equal(readError({ value: 1, error: '' }), null)
 */
export function readError(payload: Payload): RemoteError | null {
  const told = Object.hasOwn(payload, 'error') ? payload['error'] : null
  return isNothing(told) ? null : remoteError(told, CAUSES_MAX)
}

function isNothing(told: unknown): boolean {
  if (told === null || told === undefined || told === '' || told === false) return true
  return typeof told === 'object' && Object.keys(told).length === 0
}

function remoteError(told: unknown, depth: number): RemoteError {
  const fields = (typeof told === 'object' && told !== null ? told : { text: String(told) }) as Payload
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : undefined)
  const [code, stack, cause] = [text('code'), text('debug'), fields['cause']]
  return new RemoteError(text('name') ?? text('type') ?? 'RuntimeError', text('text') ?? JSON.stringify(fields), {
    ...(code === undefined ? {} : { code }),
    ...(stack === undefined ? {} : { stack }),
    ...(isNothing(cause) || depth === 0 ? {} : { cause: remoteError(cause, depth - 1) }),
  })
}
