import { expect, test } from '@jest/globals'
import { KvStores } from '../../../lib/app/checkpoints/kv-stores.js'
import { MemoryBackend } from '../../../lib/kv/backend/memory-backend.js'
import { silentLogger } from '../../../lib/movement/index.js'

test('each database is opened once, each record is one, and closing lets go of all', async () => {
  const backends = new Map<string, MemoryBackend>()
  const open = (url: string) => {
    expect(backends.has(url)).toBe(false)
    const backend = new MemoryBackend()
    backends.set(url, backend)
    return backend
  }
  const stores = new KvStores({ log: silentLogger, ttlMs: 10_000, revisionsMax: 10, open })
  const shelf = (url: string, path: string) => stores.shelf({ url, path }, `${url} (${path})`)
  const [one, again, other] = [shelf('a', '/r'), shelf('a', '/r'), shelf('a', '/s')]
  const elsewhere = shelf('b', '/r')
  expect([one === again, one === other, one === elsewhere, one.name]).toEqual([true, false, false, 'a (/r)'])
  expect([...backends.keys()]).toEqual(['a', 'b'])
  await one.read()
  await one.store('1')
  expect(await elsewhere.read()).toBe(null)
  await stores.close()
  await expect(one.store('2')).rejects.toThrow('closed')
})

test('an address that is of no kind that is known is told', () => {
  const stores = new KvStores({ log: silentLogger, ttlMs: 10_000, revisionsMax: 10 })
  expect(() => stores.shelf({ url: 'redis://a', path: '/r' }, 'a')).toThrow('the address of a database must begin with')
})
