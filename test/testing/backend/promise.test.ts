import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/backend/memory-backend.js'
import { fails, trialOf } from '../../../lib/testing/backend/promise.js'

test('each trial has a place of its own', async () => {
  const kv = new MemoryBackend()
  const [one, other] = [trialOf(kv), trialOf(kv)]
  await one.write('/a', '/b')
  expect([await one.value('/a'), await other.value('/a')]).toEqual(['/a', null])
  expect(one.names((await kv.listKeys(one.at('/')))[0])).toBe('/a /b')
})

test('a failure must have its code', async () => {
  await fails('ERR_KV_PATH', () => new MemoryBackend().get(''))
  await expect(fails('ERR_KV_PATH', () => new MemoryBackend().get('/a'))).rejects.toThrow('no error')
  await expect(fails('ERR_KV_PATH', () => Promise.reject(new Error('other')))).rejects.toThrow('other')
})
