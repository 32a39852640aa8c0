/** Runs the body of stored code, with what it is given as its parameters: nothing of it becomes a global. */
import { compileFunction } from 'node:vm'
import { sourceName, type HostedCode } from '../../code/hosted-code.js'
import { Modules } from './modules.js'

// The body stays on the lines on which it is stored. It lies in a function of its own, so that it may name a variable as
// something that it is given; and it is strict, so that what it forgets to declare is an error. We call that function,
// so that stacks have no frame on a line that the body doesn't have.
const ASYNC = [`'use strict';return async()=>{`, '\n}'] as const
const SYNC = [`'use strict';return ()=>{`, '\n}'] as const

/**
 * Compile and run it.
 *
 * @param given its parameters by their names.
 * @returns what it returns.
 * @throws Whatever it throws; SyntaxError, if it or a module doesn't parse.
 */
export async function runCode(code: HostedCode, given: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { path, js, mode, requires } = code
  const name = sourceName('code', path)
  const modules = new Modules(code.modules)
  await modules.link()
  const loaded = new Map<string, object>()
  for (const its of requires) loaded.set(its, (await modules.import(its, name, requires)).namespace)
  const _require = (its: string): object => {
    const found = loaded.get(its)
    if (found !== undefined) return found
    throw new TypeError(`${name} doesn't require the module ${its}: it requires ${requires.join(', ') || 'none'}`)
  }
  const parameters: Readonly<Record<string, unknown>> = { ...given, _require }
  const [before, after] = mode === 'async' ? ASYNC : SYNC
  const bodyOf = compileFunction(before + js + after, Object.keys(parameters), {
    filename: name,
    columnOffset: -before.length,
    importModuleDynamically: (asked: string) => modules.import(asked, name, requires),
  }) as (...values: unknown[]) => () => unknown
  const body = bodyOf(...Object.values(parameters))
  return await body()
}
