/** Stored code as somebody has written it: the body of a function, with what it takes and needs (specification A2). */
import type { Json, JsonObject } from '../../kv/index.js'
import { checkedEntry, isInputName, LANG, REQUIRES, SIGNATURE, TEXT, type FieldRule, type Lang } from './entry-rules.js'
import { isObject } from '../is-object.js'
import type { Signature } from './signature.js'

/** How it runs: at once, in a thread of its own, or asynchronously. As a job each has a process of its own. */
export type Mode = 'sync' | 'thread' | 'async'

/** Stored code. */
export interface CodeEntry {
  /** The body of a function: `return` gives the result. */
  readonly code: string
  readonly lang: Lang
  /** As of code that names none: sync. */
  readonly mode: Mode
  /** Its inputs, in the order in which positional arguments fill them. */
  readonly vars: readonly string[]
  /** What inputs have if nobody gives them. */
  readonly default: JsonObject
  /** The dotted paths of the modules that it may import. */
  readonly requires: readonly string[]
  /** What it is for, in a line. */
  readonly info: string
  readonly signature?: Signature
}

const RULES: { readonly [K in keyof Required<CodeEntry>]: FieldRule } = {
  code: TEXT,
  lang: LANG,
  mode: [(value) => MODES.includes(value), 'sync, thread or async'],
  vars: [isListOfInputs, 'a list of names, each once, that code can have as variables'],
  default: [isObjectOfInputs, 'an object whose names code can have as variables'],
  requires: REQUIRES,
  info: TEXT,
  signature: SIGNATURE,
}

const MODES: readonly unknown[] = ['sync', 'thread', 'async']

const DEFAULTS = {
  lang: 'js',
  mode: 'sync',
  vars: [],
  default: {},
  requires: [],
  info: '',
} satisfies Partial<CodeEntry>

/**
 * Code from what is stored, with what isn't given filled in.
 *
 * @param path its dotted path, for messages.
 * @throws {RunnerError} ERR_ENTRY, with every field that is not as it must be.
 * @example
 * assert.equal(readCodeEntry({ code: 'return 42' }, 'the.answer').mode, 'sync')
 * assert.throws(() => readCodeEntry({ code: '', vars: ['a-b'] }, 'x'), /code x can't be used: vars must be a list of names/)
 */
export function readCodeEntry(value: Json, path: string): CodeEntry {
  return Object.assign<Omit<CodeEntry, 'code'>, Pick<CodeEntry, 'code'>>(
    { ...DEFAULTS },
    checkedEntry(`code ${path}`, value, RULES),
  )
}

function isListOfInputs(value: unknown): boolean {
  return Array.isArray(value) && value.every(isInputName) && new Set(value).size === value.length
}

function isObjectOfInputs(value: unknown): boolean {
  return isObject(value) && Object.keys(value).every(isInputName)
}
