/** What requires what: nobody runs with a module missing, and no module requires itself, over whatever others. */
import { RunnerError } from '../errors.js'

/**
 * All modules that somebody needs, each behind those that it requires.
 *
 * @param who needs them, for messages: `code the.answer`.
 * @param requiresOf gives what a module requires, undefined if it isn't there.
 * @throws {RunnerError} ERR_CODE_REQUIRES, if one isn't there, or some require each other in a circle.
 * @example
 * const modules = { a: ['b', 'c'], b: ['c'], c: [] }
 * assert.deepEqual(inOrder('code x', ['a'], (name) => modules[name]), ['c', 'b', 'a'])
 * const circle = { a: ['b'], b: ['a'] }
 * assert.throws(() => inOrder('code x', ['a'], (name) => circle[name]), /in a circle: a → b → a/)
 */
export function inOrder(
  who: string,
  requires: readonly string[],
  requiresOf: (module: string) => readonly string[] | undefined,
): string[] {
  const done = new Set<string>()
  // A stack of our own: chains may be longer than that of the engine.
  const open: { readonly name: string; readonly rest: string[] }[] = [{ name: '', rest: [...requires] }]
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const name = top.rest.shift()
    if (name === undefined) {
      open.pop()
      if (open.length > 0) done.add(top.name)
      continue
    }
    if (done.has(name)) continue
    const from = open.findIndex((one) => one.name === name)
    if (from > 0) {
      const circle = [...open.slice(from).map((one) => one.name), name].join(' → ')
      throw new RunnerError(
        'ERR_CODE_REQUIRES',
        `${who} can't be used: modules require each other in a circle: ${circle}`,
      )
    }
    const its = requiresOf(name)
    if (its === undefined) {
      const asker = open.length === 1 ? who : `module ${top.name}`
      const why = `${asker} requires the module ${name}, which is not stored`
      throw new RunnerError('ERR_CODE_REQUIRES', asker === who ? why : `${who} can't be used: ${why}`)
    }
    open.push({ name, rest: [...its] })
  }
  return [...done]
}
