import { once } from 'node:events'
import { afterEach, expect, test } from '@jest/globals'
import { MemoryBackend, type JsonObject } from '../../../lib/kv/index.js'
import { silentLogger } from '../../../lib/movement/index.js'
import { CodeRoot } from '../../../lib/runner/code/code-root.js'
import type { RootOptions } from '../../../lib/runner/code/root.js'
import { Keys } from '../../../lib/runner/keys.js'
import { parsePath } from '../../../lib/runner/path.js'
import { ErrorRecords } from '../../../lib/runner/records/error-records.js'

const keys = new Keys()

const roots: CodeRoot[] = []

afterEach(async () => {
  for (const root of roots.splice(0)) await root[Symbol.asyncDispose]()
})

async function start(stored: Record<string, JsonObject> = {}, options: RootOptions = {}) {
  const kv = new MemoryBackend()
  const write = (path: string, entry: JsonObject) => kv.put(keys.code(parsePath(path)), JSON.stringify(entry))
  for (const [path, entry] of Object.entries(stored)) await write(path, entry)
  const root = new CodeRoot(kv, { log: silentLogger, node: 'n1', ...options })
  roots.push(root)
  await root.ready
  const errors = new ErrorRecords(kv, keys, 'n1')
  const open = async () => (await errors.list({ resolved: false })).map(({ subsystem, path }) => `${subsystem} ${path}`)
  return { kv, root, write, errors, open }
}

test('code is called by its dotted name or by a list, with arguments by position and by name', async () => {
  const { root } = await start({ 'forty.two': { code: 'return n + m', vars: ['n', 'm'] } })
  expect(root.call('forty.two', [40, 2])).toBe(42)
  expect(root.call(['forty', 'two'], [40], { m: 2 })).toBe(42)
})

test.each([
  ['forty.three', 'ERR_NO_CODE', 'code forty.three is empty: nothing is stored there'],
  ['forty', 'ERR_NO_CODE', 'code forty is empty: nothing is stored there'],
  ['', 'ERR_DOTTED_PATH', 'path "" has an empty element'],
  [':', 'ERR_NO_CODE', 'code : is empty: nothing is stored there'],
  ['constructor', 'ERR_NO_CODE', 'code constructor is empty: nothing is stored there'],
])('%j is no name of code', async (name, code, message) => {
  const { root } = await start({ 'forty.two': { code: 'return 42' } })
  expect(() => root.call(name)).toThrow(expect.objectContaining({ code, message }))
})

test('what does not compile is recorded, and can be called by nobody; once it does, that is resolved', async () => {
  const { root, write, errors, open } = await start({ a: { code: 'return 1' }, b: { code: 'return return' } })
  expect(await open()).toEqual(['compile proc.b'])
  expect(() => root.call('b')).toThrow(
    /^code b is empty: code b can't be compiled: Unexpected token 'return' \(code:b:1\)$/,
  )
  expect((await errors.get('compile', ['proc', 'b']))?.record).toMatchObject({ severity: 1, count: 1 })
  await root.add('b', 'return 2')
  expect([root.call('a'), root.call('b'), await open()]).toEqual([1, 2, []])
  await write('b', { code: 'return', mode: 'fast' })
  await changeOf(root, 'b')
  expect(await open()).toEqual(['compile proc.b'])
  await root.remove('b')
  expect(await open()).toEqual([])
})

test('who has a version goes on with it through a failure, and learns of the next one that works', async () => {
  const { root, write } = await start({ a: { code: 'return 1' } })
  const first = root.get('a')
  await write('a', { code: 'return return' })
  await changeOf(root, 'a')
  expect([first.superseded.aborted, first.value.call()]).toEqual([false, 1])
  expect(() => root.get('a')).toThrow(expect.objectContaining({ code: 'ERR_NO_CODE' }))
  const superseded = once(first.superseded, 'abort')
  await write('a', { code: 'return 3' })
  await superseded
  const third = root.get('a')
  expect([third.value.call(), third.superseded.aborted, first.value.call()]).toEqual([3, false, 1])
})

test('what is written back as it was supersedes nothing', async () => {
  const { root, write } = await start({ a: { code: 'return 1' } })
  const first = root.get('a')
  await write('a', { code: 'return return' })
  await changeOf(root, 'a')
  await root.add('a', 'return 1', { info: 'the same as ever' })
  expect([root.get('a'), first.superseded.aborted]).toEqual([first, false])
})

test('a module that changes supersedes the code that needs it, also over others, and no other code', async () => {
  const { kv, root, write } = await start()
  const module = (name: string, entry: JsonObject) => kv.put(keys.module([name]), JSON.stringify(entry))
  await module('deep', { code: '' })
  await module('near', { code: '', requires: ['deep'] })
  await root.add('user', '', { requires: ['near'] })
  await root.add('other', '')
  const [user, other] = [root.get('user'), root.get('other')]
  const superseded = once(user.superseded, 'abort')
  await module('deep', { code: 'export {}' })
  await superseded
  expect(root.get('user').hash).not.toBe(user.hash)
  expect(root.get('other')).toBe(other)
  await write('late', { code: '', requires: ['later'] })
  await changeOf(root, 'late')
  expect(() => root.get('late')).toThrow(
    /^code late is empty: code late requires the module later, which is not stored$/,
  )
  await module('later', { code: '' })
  await changeOf(root, 'late')
  expect(root.get('late').value.hosted.requires).toEqual(['later'])
})

test('what can not be used is not added, and nothing is stored', async () => {
  const { root, kv } = await start()
  await expect(root.add('a', 'return return')).rejects.toMatchObject({ code: 'ERR_CODE_COMPILE' })
  await expect(root.add('a', '', { vars: ['x y'] })).rejects.toMatchObject({ code: 'ERR_ENTRY' })
  await expect(root.add('a', '', { requires: ['m'] })).rejects.toMatchObject({ code: 'ERR_CODE_REQUIRES' })
  expect((await kv.listKeys('/deadbeat/code/', { recurse: 9 }))[0]).toEqual([])
})

test('to add nothing is to remove, and what was removed is gone for all who call it then', async () => {
  const { root } = await start({ a: { code: 'return 1' }, b: { code: 'return 2' } })
  const kept = root.get('a')
  await root.add('a', undefined)
  await root.remove('b')
  expect(root.list()).toEqual([])
  expect(() => root.call('a')).toThrow('code a is empty: nothing is stored there')
  await expect(root.remove('b')).rejects.toThrow('there is no code b')
  expect([kept.value.call(), kept.superseded.aborted]).toEqual([1, false])
})

test('TypeScript runs as it stands', async () => {
  const { root } = await start()
  await root.add('ts', 'const m: number = n as number\nreturn m * 2', { lang: 'ts', vars: ['n'] })
  expect(root.call('ts', [21])).toBe(42)
})

test('a root may be of a part of all code: names are relative to it', async () => {
  const { root, kv } = await start(
    { 'app.one': { code: 'return 1' }, 'app2.one': { code: 'return return' } },
    { below: 'app' },
  )
  await root.add('two', 'return 2')
  expect([root.call('one'), root.call('two'), root.list().map(({ path }) => path)]).toEqual([
    1,
    2,
    ['app.one', 'app.two'],
  ])
  expect((await kv.get(keys.code(['app', 'two'])))[0]).toContain('return 2')
})

test('all who ask for the same have one root, and the last one closes it', async () => {
  const { kv } = await start({ a: { code: 'return 1' } })
  const options = { log: silentLogger, node: 'n1' }
  const [one, two, part] = await Promise.all([
    CodeRoot.asHandler(kv, options),
    CodeRoot.asHandler(kv, options),
    CodeRoot.asHandler(kv, { ...options, below: 'a' }),
  ])
  expect([one === two, one === part]).toEqual([true, false])
  await one[Symbol.asyncDispose]()
  await kv.put(keys.code(['b']), '{"code": "return 2"}')
  await changeOf(two, 'b')
  expect(two.call('b')).toBe(2)
  await two[Symbol.asyncDispose]()
  expect(await CodeRoot.asHandler(kv, options)).not.toBe(one)
})

test('where signers are named, nothing else can be called', async () => {
  const { root, open } = await start({ a: { code: 'return 1' } }, { signers: [] })
  expect(() => root.call('a')).toThrow(/^code a is empty: code a has no signature/)
  expect(await open()).toEqual(['compile proc.a'])
})

/** Resolves with the next time that an entry was made anew, or has failed. */
async function changeOf(root: CodeRoot, path: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = root.onChange((changed) => {
      if (changed !== path) return
      stop()
      resolve()
    })
  })
}
