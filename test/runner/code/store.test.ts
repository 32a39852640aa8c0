import { expect, test } from '@jest/globals'
import { MemoryBackend, type JsonObject, type Transaction } from '../../../lib/kv/index.js'
import { readCodeEntry } from '../../../lib/runner/code/code-entry.js'
import { readModuleEntry } from '../../../lib/runner/code/module-entry.js'
import { removeCode, removeModule, storeCode, storeModule, usersOf } from '../../../lib/runner/code/store.js'
import { Keys } from '../../../lib/runner/keys.js'
import { parsePath } from '../../../lib/runner/path.js'

const keys = new Keys()

function start() {
  const kv = new MemoryBackend()
  return {
    kv,
    paths: async () => (await kv.listKeys('/deadbeat/code/', { recurse: 20 }))[0].map((key) => key.slice(15)),
    code: (path: string, more: JsonObject) =>
      kv.transact((txn) => storeCode(txn, keys, parsePath(path), readCodeEntry({ code: '', ...more }, path))),
    module: (path: string, more: JsonObject = {}) =>
      kv.transact((txn) => storeModule(txn, keys, parsePath(path), readModuleEntry({ code: '', ...more }, path))),
    users: (path: string) => kv.transact((txn: Transaction) => usersOf(txn, keys, path)),
    removeModule: (path: string, force = false) =>
      kv.transact((txn) => removeModule(txn, keys, parsePath(path), { force })),
  }
}

test('what is required must be there first, of code as of modules', async () => {
  const { code, module, paths } = start()
  await expect(code('a', { requires: ['lib.b'] })).rejects.toThrow(
    'code a requires the module lib.b, which is not stored',
  )
  await expect(module('lib.a', { requires: ['lib.b'] })).rejects.toThrow(
    /^module lib\.a requires the module lib\.b, which/,
  )
  expect(await paths()).toEqual([])
  await module('lib.b')
  await module('lib.a', { requires: ['lib.b'] })
  await code('a', { requires: ['lib.a'] })
  expect(await paths()).toEqual(['module/lib/a', 'module/lib/b', 'proc/a'])
})

test('a circle is refused with all that it goes through, and what was there stays', async () => {
  const { kv, module } = start()
  await module('c')
  await module('b', { requires: ['c'] })
  await module('a', { requires: ['b'] })
  await expect(module('c', { requires: ['a'] })).rejects.toMatchObject({
    code: 'ERR_CODE_REQUIRES',
    message: "module c can't be used: modules require each other in a circle: c → a → b → c",
  })
  await expect(module('d', { requires: ['d'] })).rejects.toThrow('in a circle: d → d')
  expect((await kv.get(keys.module(['c'])))[0]).toContain('"requires": []')
})

test('two who close a circle together are in each other’s way: one of them is refused', async () => {
  const { module } = start()
  await module('a')
  await module('b')
  const outcomes = await Promise.allSettled([module('a', { requires: ['b'] }), module('b', { requires: ['a'] })])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('code that does not parse is not stored', async () => {
  const { code, module, paths } = start()
  await expect(code('a', { code: 'return return' })).rejects.toMatchObject({ code: 'ERR_CODE_COMPILE' })
  await expect(module('a', { code: 'let a: = 1', lang: 'ts' })).rejects.toMatchObject({ code: 'ERR_CODE_COMPILE' })
  expect(await paths()).toEqual([])
})

test('a module that something requires is not removed, unless it is forced', async () => {
  const { code, module, users, removeModule, paths } = start()
  await module('m')
  await module('n', { requires: ['m'] })
  await code('a.b', { requires: ['m'] })
  expect(await users('m')).toEqual(['code a.b', 'module n'])
  await expect(removeModule('m')).rejects.toThrow(
    "module m can't be removed: code a.b, module n would have nothing to require",
  )
  await removeModule('n')
  await removeModule('m', true)
  expect(await paths()).toEqual(['proc/a/b'])
})

test('what is not there is not removed', async () => {
  const { kv, removeModule } = start()
  await expect(removeModule('m')).rejects.toMatchObject({ code: 'ERR_NO_CODE', message: 'there is no module m' })
  await expect(kv.transact((txn) => removeCode(txn, keys, ['a']))).rejects.toThrow('there is no code a')
})

test('the root itself and what nothing could import are no places', async () => {
  const { code, module } = start()
  await expect(code(':', {})).rejects.toThrow('code must have a path: it is empty')
  await expect(module('a:_b')).rejects.toThrow(/^a module's path must be of letters/)
})

test('what somebody wrote past the rules requires nothing and is in nobody’s way', async () => {
  const { kv, module, removeModule } = start()
  await module('m')
  await kv.put(keys.code(['broken']), 'no JSON')
  await kv.put(keys.module(['odd']), '{"requires": ["m"]}')
  await removeModule('m')
})
