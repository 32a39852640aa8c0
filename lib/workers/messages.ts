/** What a crew and its workers say to each other. */
import { codeOf, toError } from '../errors/index.js'
import type { Packed } from './packing.js'
import type { Span } from './slot.js'

/** What a worker is told when it starts. */
export interface WorkerData {
  /** The URL of the module that composes the stretch, and the name under which it exports the function. */
  readonly module: string
  readonly export: string
  /** What that function gets besides the train. */
  readonly settings: unknown
}

/** Some data to be worked on; a span is a text in the slot that came with it. */
export interface Work {
  readonly number: number
  readonly data: Packed | Span
}

/** What came of them: data, each with the number (from 0, ascending) of the one that it came of, and failures. */
export interface Outcome {
  readonly number: number
  readonly data: Packed | Span
  readonly ks: Uint32Array
  readonly failures: readonly (readonly [k: number, error: ErrorForm])[]
}

/** To a worker: work, or that there is no more to come. */
export type ToWorker =
  { readonly work: readonly Work[]; readonly memory: SharedArrayBuffer | null } | { readonly end: true }

/** From a worker: that it can begin, what came of its work, or a line for the log. */
export type FromWorker =
  { readonly ready: true } | { readonly outcomes: readonly Outcome[] } | { readonly log: LogForm }

/** A line for the log. */
export interface LogForm {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

/** An error on its way: of a clone only the message would be left. */
export interface ErrorForm {
  readonly name: string
  readonly message: string
  readonly code: string
  readonly stack: string
}

/** An error as it is sent, its message beginning with who failed. */
export function formOf(thrown: unknown, who: string): ErrorForm {
  const error = toError(thrown)
  return { name: error.name, message: `${who}: ${error.message}`, code: codeOf(error), stack: error.stack ?? '' }
}

/**
 * The error that was sent.
 *
 * @example
 * const error = errorOf(formOf(new RangeError('too many'), 'Count'))
 * assert.deepEqual([error.name, error.message], ['RangeError', 'Count: too many'])
 */
export function errorOf({ name, message, code, stack }: ErrorForm): Error {
  const error = Object.assign(new Error(message), { name, stack })
  return code === '' ? error : Object.assign(error, { code })
}
