/**
 * Compiling stored code. A body becomes a function without being moved: line 3 of what is stored is line 3 in every
 * message and stack. It is strict, so that a name that it forgets to declare is an error and no variable of everybody.
 */
import { compileFunction } from 'node:vm'
import { toError } from '../../errors/index.js'
import { stripBodyTypes, stripTypes } from '../../typescript/transform.js'
import { RunnerError } from '../errors.js'
import type { Lang } from './entry-rules.js'
import { sourceName, type HostedCode } from './hosted-code.js'

/**
 * The JavaScript of stored code.
 *
 * @throws {RunnerError} ERR_CODE_COMPILE, with path, line and column, if it is TypeScript that doesn't parse.
 */
export function stripped(kind: 'code' | 'module', path: string, { code, lang }: { code: string; lang: Lang }): string {
  if (lang === 'js') return code
  const name = sourceName(kind, path)
  try {
    return kind === 'code' ? stripBodyTypes(code, name) : stripTypes(code, name, null)
  } catch (error) {
    throw compileError(kind, path, told(error).text, error)
  }
}

/**
 * The function of a body with the given names as parameters. One of mode async returns a promise.
 *
 * @throws {RunnerError} ERR_CODE_COMPILE, with path and line, if it doesn't parse.
 * @example
 * const add = compileBody({ path: 'math.add', js: 'return a + b', mode: 'sync' }, ['a', 'b'])
 * assert.equal(add(1, 2), 3)
 * const fail = compileBody({ path: 'a.b', js: 'const n = 1\n  throw new Error(n)', mode: 'async' }, [])
 * await assert.rejects(fail(), ({ stack }) => stack.includes('code:a.b:2:9'))
 */
export function compileBody(
  { path, js, mode }: Pick<HostedCode, 'path' | 'js' | 'mode'>,
  names: readonly string[],
): (...values: unknown[]) => unknown {
  const [before, after] = mode === 'async' ? ASYNC : SYNC
  const filename = sourceName('code', path)
  try {
    const compiled: unknown = compileFunction(before + js + after, [...names], {
      filename,
      columnOffset: -before.length,
    })
    return compiled as (...values: unknown[]) => unknown
  } catch (error) {
    throw compileError('code', path, faultOf(toError(error), filename, js, mode), error)
  }
}

const SYNC = [`'use strict';`, ''] as const
// The line feed keeps a comment at the end of the body from swallowing what comes behind it.
const ASYNC = [`'use strict';return (async()=>{`, '\n})()'] as const

/** That code or a module can't be compiled. */
export function compileError(kind: 'code' | 'module', path: string, why: string, cause: unknown): RunnerError {
  return new RunnerError('ERR_CODE_COMPILE', `${kind} ${path} can't be compiled: ${why}`, { cause })
}

/**
 * What is wrong, and where. The parser's error names its place first in its stack. Braces that don't match are wrong behind
 * the body for it, where that is asynchronous, as it ends in what we have put around it: another parser says where it is.
 */
function faultOf({ message, stack = '' }: Error, name: string, js: string, mode: HostedCode['mode']): string {
  const line = Number(/:(\d+)$/.exec(stack.split('\n')[0] ?? '')?.[1] ?? NaN)
  const other = mode === 'async' ? seenInBody(js, name) : null
  if (other !== null && other.line < line) return other.text
  return Number.isNaN(line) ? message : `${message} (${name}:${Math.min(line, js.trimEnd().split('\n').length)})`
}

/** Null: that parser sees nothing wrong. */
function seenInBody(js: string, name: string): Told | null {
  try {
    stripBodyTypes(js, name)
    return null
  } catch (error) {
    return told(error)
  }
}

/** What is wrong, with its place, and the line of that. */
interface Told {
  readonly text: string
  readonly line: number
}

/** Of an error of the parser of TypeScript: it begins with the place, and an excerpt follows. */
function told(error: unknown): Told {
  const [first = ''] = toError(error).message.split('\n')
  const [place = '', ...words] = first.split(' ')
  return { text: `${words.join(' ')} (${place})`, line: Number(place.split(':').at(-2)) }
}
