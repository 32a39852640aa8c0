/** Values of variables as they are written on the command line of MoaT-KV (specification runner, A14). */
import type { Json } from '../../kv/index.js'
import { parsePath } from '../../runner/index.js'
import { KV_EXIT } from '../kv/exits.js'
import { KvCommandError } from '../kv/kv-command-error.js'

/** That a variable is to go. */
export const REMOVED = Symbol('removed')

const WORDS: ReadonlyMap<string, Json | typeof REMOVED> = new Map<string, Json | typeof REMOVED>([
  ['-', REMOVED],
  ['t', true],
  ['f', false],
  ['n', null],
])

/** What variables are written like, in every help. */
export const VARIABLES_HELP = `
VALUE: a number or a text as it is; ~TEXT a text in any case; =t =f =n true, false, null; =JSON anything else; =- no such
variable; .PATH or :PATH a dotted path, as the list of its elements.
`

/**
 * A value as it was written.
 *
 * @throws {KvCommandError} 64, if what stands behind `=` is no JSON.
 * @throws {RunnerError} ERR_DOTTED_PATH, if it should be a path and is none.
 * @example
 * assert.deepEqual(['5', 'lamp', '~5', '=t', '=[1]', '.a.b'].map(readVariable), [5, 'lamp', '5', true, [1], ['a', 'b']])
 */
export function readVariable(text: string): Json | typeof REMOVED {
  const rest = text.slice(1)
  if (text.startsWith('~')) return rest
  if (text.startsWith('.')) return parsePath(rest)
  if (text.startsWith(':')) return parsePath(text === ':' ? text : rest)
  if (!text.startsWith('=')) return isNumber(text) ? Number(text) : text
  return WORDS.has(rest) ? (WORDS.get(rest) ?? null) : fromJson(rest)
}

function isNumber(text: string): boolean {
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)
}

function fromJson(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    const message = `behind = stands JSON, or one of - t f n: it is ${JSON.stringify(text)}; a text begins with ~`
    throw new KvCommandError(message, KV_EXIT.usage, { cause: error })
  }
}
