import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../lib/kv/backend/memory-backend.js'
import { openKv } from '../../lib/kv/open-kv.js'

test('memory: is a new database in memory each time', async () => {
  const [one, other] = [openKv('memory:'), openKv('memory:')]
  expect(one).toBeInstanceOf(MemoryBackend)
  await one.put('/a', '1')
  expect((await other.get('/a'))[0]).toBeNull()
})

test.each(['', 'memory', 'redis://127.0.0.1', 'constructor:', '__proto__:', 'MEMORY:'])('%j is refused', (url) => {
  expect(() => openKv(url)).toThrow(`the address of a database must begin with memory:: it is ${JSON.stringify(url)}`)
})
