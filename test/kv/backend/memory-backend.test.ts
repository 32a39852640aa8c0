import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/backend/memory-backend.js'

test('every object is a database of its own, and closed once', async () => {
  const [one, other] = [new MemoryBackend(), new MemoryBackend()]
  await one.create('/a', '1')
  expect((await other.get('/a'))[0]).toBeNull()
  await one.close()
  await one.close()
  await expect(one.get('/a')).rejects.toMatchObject({ code: 'ERR_CLOSED' })
})

test('history is kept as long as revisionsMax says', async () => {
  const kv = new MemoryBackend({ revisionsMax: 10 })
  const { revision } = await kv.put('/a', 'first')
  for (let i = 0; i < 20; i++) await kv.put('/a', String(i))
  await expect(kv.get('/a', revision)).rejects.toMatchObject({ code: 'ERR_KV_COMPACTED' })
})
