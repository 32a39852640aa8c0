import { expect, test } from '@jest/globals'
import { MemoryBackend, type JsonObject } from '../../../lib/kv/index.js'
import { readClosure, readModuleClosure } from '../../../lib/runner/code/closure.js'
import { Keys } from '../../../lib/runner/keys.js'
import { parsePath } from '../../../lib/runner/path.js'

const keys = new Keys()

async function start(code: Record<string, JsonObject>, modules: Record<string, JsonObject> = {}) {
  const kv = new MemoryBackend()
  const put = {
    code: (path: string, entry: JsonObject) => kv.put(keys.code(parsePath(path)), JSON.stringify(entry)),
    module: (path: string, entry: JsonObject) => kv.put(keys.module(parsePath(path)), JSON.stringify(entry)),
  }
  for (const [path, entry] of Object.entries(code)) await put.code(path, entry)
  for (const [path, entry] of Object.entries(modules)) await put.module(path, entry)
  return { kv, put, read: (path: string) => readClosure(kv, keys, parsePath(path)) }
}

const chain = {
  'lib.a': { code: "import 'lib.b'", requires: ['lib.b'] },
  'lib.b': { code: 'export const b: number = 1', lang: 'ts' },
  'lib.other': { code: '' },
}

test('a closure has the code, and every module that it needs, as JavaScript and in order', async () => {
  const { read } = await start({ 'the.answer': { code: 'return 42', vars: ['n'], requires: ['lib.a'] } }, chain)
  const { hash, ...closure } = await read('the.answer')
  expect(closure).toEqual({
    ...{ path: 'the.answer', js: 'return 42', mode: 'sync', vars: ['n'], default: {}, requires: ['lib.a'] },
    modules: {
      'lib.b': { js: 'export const b         = 1', requires: [] },
      'lib.a': { js: "import 'lib.b'", requires: ['lib.b'] },
    },
  })
  expect(Object.keys(closure.modules)).toEqual(['lib.b', 'lib.a'])
  expect(hash).toMatch(/^[\da-f]{64}$/)
})

test('the hash is that of what runs: any text, mode, input or module of it, and nothing else', async () => {
  const entry = { code: 'return 42', requires: ['lib.a'] }
  const { read, put } = await start({ a: entry }, chain)
  const first = (await read('a')).hash
  const seen = new Set([first])
  for (const change of [{ code: 'return 43' }, { mode: 'async' }, { vars: ['n'] }, { default: { n: 1 } }]) {
    await put.code('a', { ...entry, ...change })
    seen.add((await read('a')).hash)
  }
  expect(seen.size).toBe(5)
  await put.code('a', { ...entry, info: 'what it is for', lang: 'js', vars: [] })
  await put.module('lib.other', { code: 'export {}' })
  expect((await read('a')).hash).toBe(first)
  await put.module('lib.b', { code: 'export const b = 2' })
  expect((await read('a')).hash).not.toBe(first)
})

test('all of it is from one state of the store, whatever is written while it is read', async () => {
  const { kv, put } = await start({ a: { code: 'v1', requires: ['lib.a'] } }, chain)
  const get = kv.get.bind(kv)
  let reads = 0
  kv.get = async (...args) => {
    const answer = await get(...args)
    if (reads++ === 0) await put.module('lib.a', { code: 'v2' })
    return answer
  }
  const { modules } = await readClosure(kv, keys, ['a'])
  expect(reads).toBe(3)
  expect(modules['lib.a']?.js).toBe("import 'lib.b'")
})

test('in a transaction it is what the transaction sees', async () => {
  const { kv } = await start({})
  const js = await kv.transact(async (txn) => {
    await txn.put(keys.code(['a']), '{"code": "return 1"}')
    return (await readClosure(txn, keys, ['a'])).js
  })
  expect(js).toBe('return 1')
})

test.each([
  ['nothing', 'no.such', 'ERR_NO_CODE', /^code no\.such is empty/],
  ['the root', ':', 'ERR_NO_CODE', /^code : is empty/],
  ['no JSON', 'broken', 'ERR_ENTRY', /^code broken can't be used: .*JSON/],
  ['a wrong field', 'odd', 'ERR_ENTRY', /^code odd can't be used: mode must be sync, thread or async: it is "fast"/],
  ['wrong text', 'wrong', 'ERR_CODE_COMPILE', /^code wrong can't be compiled: .*\(code:wrong:2\)/],
  [
    'a missing module',
    'lonely',
    'ERR_CODE_REQUIRES',
    /^code lonely requires the module lib\.none, which is not stored/,
  ],
  ['a circle', 'round', 'ERR_CODE_REQUIRES', /in a circle: x → y → x$/],
  [
    'a wrong module',
    'unlucky',
    'ERR_CODE_COMPILE',
    /^module lib\.wrong can't be compiled: .* \(module:lib\.wrong:1:8\)$/,
  ],
])('%s is refused with what it is', async (_what, path, code, message) => {
  const { kv, read } = await start(
    {
      odd: { code: '', mode: 'fast' },
      wrong: { code: 'let a\nlet let' },
      lonely: { code: '', requires: ['lib.none'] },
      round: { code: '', requires: ['x'] },
      unlucky: { code: '', requires: ['lib.wrong'] },
    },
    {
      x: { code: '', requires: ['y'] },
      y: { code: '', requires: ['x'] },
      'lib.wrong': { code: 'let a: = 1', lang: 'ts' },
    },
  )
  await kv.put(keys.code(['broken']), '{"code": ')
  await expect(read(path)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
})

test('names like those of prototypes are names', async () => {
  const { read } = await start(
    { constructor: { code: '', requires: ['__proto__'] } },
    JSON.parse('{"__proto__": {"code": "export {}"}}') as Record<string, JsonObject>,
  )
  const { modules } = JSON.parse(JSON.stringify(await read('constructor'))) as { modules: object }
  expect(Object.entries(modules)).toEqual([['__proto__', { js: 'export {}', requires: [] }]])
})

test('where signers are named, code and each module must be signed, and a module with all that it requires', async () => {
  const { kv } = await start({ a: { code: 'return 1' }, b: { code: '', requires: ['lib.a'] } }, chain)
  const refused = { code: 'ERR_CODE_SIGNATURE' }
  const signers = ['nobody']
  await expect(readClosure(kv, keys, ['a'], { signers })).rejects.toMatchObject(refused)
  await expect(readClosure(kv, keys, ['b'], { signers })).rejects.toMatchObject(refused)
  await expect(readModuleClosure(kv, keys, ['lib', 'a'], { signers })).rejects.toMatchObject(refused)
  await expect(readModuleClosure(kv, keys, ['lib', 'a'])).resolves.toMatchObject({ path: 'lib.a' })
})

test('the empty path is no code and no module', async () => {
  const { kv } = await start({ a: { code: '' } }, chain)
  for (const read of [readClosure, readModuleClosure])
    await expect(read(kv, keys, [])).rejects.toMatchObject({ code: 'ERR_NO_CODE' })
})
