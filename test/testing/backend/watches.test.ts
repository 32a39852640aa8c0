import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/backend/memory-backend.js'
import { WATCH_PROMISES } from '../../../lib/testing/backend/watches.js'
import { trialOf } from '../../../lib/testing/backend/promise.js'

const promises = WATCH_PROMISES

test('there are promises, each with a claim of its own', () => {
  expect(new Set(promises.map(([claim]) => claim)).size).toBe(promises.length)
  expect(promises.length).toBeGreaterThanOrEqual(2)
})

test.each(promises)('in memory: %s', async (_, promise) => {
  const kv = new MemoryBackend()
  await promise(trialOf(kv))
  await kv.close()
})
