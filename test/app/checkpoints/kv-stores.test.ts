import { expect, test } from '@jest/globals'
import { KvStores } from '../../../lib/app/checkpoints/kv-stores.js'
import { MemoryBackend } from '../../../lib/kv/backend/memory-backend.js'
import { silentLogger } from '../../../lib/movement/index.js'
import { startEtcd, hasEtcd } from '../../support/etcd.js'
import { KV } from './rig.js'

test('each database is opened once, each record is one, and closing lets go of all', async () => {
  const backends = new Map<string, MemoryBackend>()
  const open = (url: string) => {
    expect(backends.has(url)).toBe(false)
    const backend = new MemoryBackend()
    backends.set(url, backend)
    return backend
  }
  const stores = new KvStores({ log: silentLogger, ttlMs: 10_000, kv: KV, open })
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
  const stores = new KvStores({ log: silentLogger, ttlMs: 10_000, kv: KV })
  expect(() => stores.shelf({ url: 'redis://a', path: '/r' }, 'a')).toThrow('the address of a database must begin with')
})

const withEtcd = hasEtcd ? test : () => undefined
withEtcd('an etcd that asks for a user is told who it is', async () => {
  const { port } = await startEtcd({ rootPassword: 'a secret' })
  const read = async (user: string | null): Promise<unknown> => {
    const stores = new KvStores({ log: silentLogger, ttlMs: 10_000, kv: { ...KV, user, password: user && 'a secret' } })
    return await stores
      .shelf({ url: `etcd://127.0.0.1:${port}`, path: '/r' }, 'r')
      .read()
      .finally(() => stores.close())
  }
  expect(await read('root')).toBe(null)
  await expect(read(null)).rejects.toThrow(/user/)
})
