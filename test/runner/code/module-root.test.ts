import { expect, test } from '@jest/globals'
import { FROM_SOURCE, runScript } from '../../support/child.js'

// Jest loads modules in its own way: what Node does is seen in a process of its own.
test('modules are loaded in order, anew when they change, and errors of them are recorded', async () => {
  const script = `
    const { MemoryBackend } = await import(source + 'lib/kv/index.ts')
    const { ModuleRoot } = await import(source + 'lib/runner/code/module-root.ts')
    const { CodeRoot } = await import(source + 'lib/runner/code/code-root.ts')
    const { ErrorRecords } = await import(source + 'lib/runner/records/error-records.ts')
    const { Keys } = await import(source + 'lib/runner/keys.ts')
    const { silentLogger } = await import(source + 'lib/movement/index.ts')
    const say = (...value) => console.log(JSON.stringify(value))
    const tried = async (act) => { try { say(await act()) } catch (error) { say(error.code, error.message) } }
    const kv = new MemoryBackend()
    const keys = new Keys()
    const errors = new ErrorRecords(kv, keys, 'n1')
    const options = { log: silentLogger, node: 'n1' }
    await kv.put(keys.module(['z']), JSON.stringify({ code: "export { n } from 'a.b'", requires: ['a.b'] }))
    await kv.put(keys.module(['a', 'b']), JSON.stringify({ code: 'export const n: number = 1', lang: 'ts' }))
    await kv.put(keys.module(['bad']), JSON.stringify({ code: 'throw new Error("no")' }))
    const root = await ModuleRoot.asHandler(kv, options)
    say(root.get('z').value.n, (await errors.list({ resolved: false })).map(({ path }) => path))
    await tried(() => root.get('bad'))

    const code = await CodeRoot.asHandler(kv, options)
    await code.add('sum', "return _require('z').n + n", { vars: ['n'], requires: ['z'] })
    await code.add('thread', "return _require('z').n + n", { vars: ['n'], requires: ['z'], mode: 'thread' })
    say(code.call('sum', [1]), await code.call('thread', [1]))
    const old = root.get('z')
    const sum = code.get('sum')
    const superseded = [old, sum].map((one) => new Promise((resolve) => { one.superseded.onabort = resolve }))
    await root.add('a.b', 'export const n = 10, more = 0')
    await Promise.all(superseded)
    say(root.get('z').value.n, old.value.n, code.call('sum', [1]), sum.value.call([1]))

    await tried(() => root.add('a.b', 'export const = 1'))
    await tried(() => root.add('a.b', 'export const n = 1', { requires: ['z'] }))
    await tried(() => root.add('c', '', { requires: ['nowhere'] }))
    await tried(() => root.remove('a.b'))
    await tried(() => root.add('bad', undefined))
    say((await errors.list({ resolved: false })).length, root.list().map(({ path }) => path))
    await root[Symbol.asyncDispose]()
    await code[Symbol.asyncDispose]()
    await kv.close()
  `
  const { lines, errors, code } = await runScript(script, FROM_SOURCE)
  expect({ lines: lines.map((line) => JSON.parse(line) as unknown), errors, code }).toEqual({
    lines: [
      [1, ['module.bad']],
      ['ERR_NO_CODE', "module bad is empty: module bad can't be loaded: no"],
      [2, 2],
      [10, 1, 11, 2],
      [
        'ERR_CODE_COMPILE',
        expect.stringMatching(/^module a\.b can't be compiled: Unexpected token '=' \(module:a\.b:1:14\)/),
      ],
      ['ERR_CODE_REQUIRES', "module a.b can't be used: modules require each other in a circle: a.b → z → a.b"],
      ['ERR_CODE_REQUIRES', 'module c requires the module nowhere, which is not stored'],
      ['ERR_CODE_REQUIRES', "module a.b can't be removed: module z would have nothing to require"],
      [null],
      [0, ['a.b', 'z']],
    ],
    errors: '',
    code: 0,
  })
})
