import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { FROM_SOURCE, runScript } from '../../support/child.js'
import { ModuleLoader } from '../../../lib/runner/code/module-loader.js'

test('the files of modules are there until the loader is let go of', () => {
  const loader = new ModuleLoader()
  const file = fileURLToPath(loader.urls({ a: { js: '', requires: [] } }).get('a') ?? '')
  expect(existsSync(file)).toBe(true)
  loader[Symbol.dispose]()
  expect(existsSync(dirname(dirname(file)))).toBe(false)
})

test('what is the same lies in the same place, and nothing else does', () => {
  const loader = new ModuleLoader()
  const urlOf = (js: string, b: string) =>
    loader.urls({ b: { js: b, requires: [] }, a: { js, requires: ['b'] } }).get('a')
  expect(urlOf('1', '2')).toBe(urlOf('1', '2'))
  expect(new Set([urlOf('1', '2'), urlOf('2', '2'), urlOf('1', '3')]).size).toBe(3)
  loader[Symbol.dispose]()
})

// Jest loads modules in its own way: what Node does is seen in a process of its own.
test('modules find what they require and nothing else, once each, and stacks name their stored lines', async () => {
  const script = `
    const { ModuleLoader } = await import(source + 'lib/runner/code/module-loader.ts')
    const loader = new ModuleLoader()
    const say = (value) => console.log(JSON.stringify(value))
    const load = async (name, modules) => {
      try {
        return (await loader.load([name], modules)).get(name)
      } catch (error) {
        say(error.code + ' ' + error.message.replace(/deadbeat-modules-.*/, ''))
      }
    }
    const b = { js: 'export let n = 1\\nexport const fail = () => {\\n  throw new Error() }', requires: [] }
    const a = { js: "export { n, fail } from 'lib.b'; globalThis.loaded = (globalThis.loaded ?? 0) + 1", requires: ['lib.b'] }
    const first = await load('lib.a', { 'lib.b': b, 'lib.a': a })
    const again = await load('lib.a', { 'lib.b': b, 'lib.a': a })
    say([first.n, first === again, globalThis.loaded])
    try { first.fail() } catch (error) { say(error.stack.split('\\n')[1].trim()) }
    const newer = await load('lib.a', { 'lib.b': { ...b, js: 'export const n = 2, fail = 0' }, 'lib.a': a })
    say([newer.n, first.n])
    await load('c', { c: { js: "import 'lib.b'", requires: [] } })
    await load('d', { d: { js: '\\nthrow new Error("no")', requires: [] } })
    await load('e', { e: { js: 'export const = 1', requires: [] } })
    loader[Symbol.dispose]()
  `
  const { lines, errors } = await runScript(script, FROM_SOURCE)
  expect({ lines: lines.map((line) => JSON.parse(line) as unknown), errors }).toEqual({
    lines: [
      [1, true, 1],
      'at Module.fail (module:lib.b:3:9)',
      [2, 1],
      expect.stringMatching(/^ERR_CODE_COMPILE module c can't be loaded: Cannot find package 'lib\.b'/),
      "ERR_CODE_COMPILE module d can't be loaded: no",
      "ERR_CODE_COMPILE module e can't be loaded: Unexpected token '='",
    ],
    errors: '',
  })
})
