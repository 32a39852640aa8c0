/** Code that is ready to run: it and all modules that it needs, as they were in one state of the store. */
import type { JsonObject } from '../../kv/index.js'
import type { Mode } from './code-entry.js'

/** A module of a closure. */
export interface HostedModule {
  /** An ES module, types stripped, lines and columns as they are stored. */
  readonly js: string
  /** The dotted paths of the modules that it may import, and no other. */
  readonly requires: readonly string[]
}

/** Code with its whole closure, as plain data: it may go to another process. */
export interface HostedCode {
  /** Its dotted path. */
  readonly path: string
  /** The body of a function, types stripped, lines and columns as they are stored. */
  readonly js: string
  readonly mode: Mode
  readonly vars: readonly string[]
  readonly default: JsonObject
  /** The modules that the code itself may use: `_require('lib.math')` gives it what one exports, at once in every mode. */
  readonly requires: readonly string[]
  /** All modules of the closure by their dotted paths, each behind those that it requires. */
  readonly modules: Readonly<Record<string, HostedModule>>
  /** What tells this closure from any other: it changes with every text, mode, input and `requires` in it. */
  readonly hash: string
}

/**
 * The name that stack traces have for stored code, before line and column.
 *
 * @example
 * assert.equal(sourceName('code', 'the.answer'), 'code:the.answer')
 */
export function sourceName(kind: 'code' | 'module', path: string): string {
  return `${kind}:${path}`
}
