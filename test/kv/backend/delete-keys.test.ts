import { expect, test } from '@jest/globals'
import { deleteKeys, isThere } from '../../../lib/kv/backend/delete-keys.js'
import { Committer } from '../../../lib/kv/commit/committer.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { memoryStore } from '../../support/kv-memory.js'

test('a tree is deleted in one commit within etcd’s limit, however many levels it has', async () => {
  const { engine, write } = memoryStore({ opsMax: 128 })
  await write({ '/a': '1', '/a/b': '2', [`/a${'/x'.repeat(100)}`]: '3' })
  const committer = new Committer(engine, { clock: new ManualClock(), tokens: false })
  for (const maxDepth of [1, 16, 100]) {
    await expect(deleteKeys(committer, '/a', { recursive: true, maxDepth })).rejects.toMatchObject({
      code: 'ERR_KV_TOO_DEEP',
    })
  }
  expect(await deleteKeys(committer, '/a', { recursive: true, maxDepth: 120 })).toBe(3)
  expect((await engine.range([])).revision).toBe(3)
})

test('that a key is there is a condition on its version', async () => {
  const { engine, write } = memoryStore()
  await write({ '/a': '1' })
  const holds = async (key: string, is: boolean): Promise<boolean> => (await engine.commit([isThere(key, is)], [])).ok
  expect([await holds('1/a', true), await holds('1/a', false), await holds('1/b', false)]).toEqual([true, false, true])
})
