import { pathToFileURL } from 'node:url'
import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../lib/kv/backend/memory-backend.js'
import { Etcd3Backend } from '../../lib/kv/backend/etcd3-backend.js'
import { EmbeddedBackend } from '../../lib/kv/backend/embedded-backend.js'
import { openKv } from '../../lib/kv/open-kv.js'
import { temporary } from '../support/temporary.js'

test('memory: is a new database in memory each time', async () => {
  const [one, other] = [openKv('memory:'), openKv('memory:')]
  expect(one).toBeInstanceOf(MemoryBackend)
  await one.put('/a', '1')
  expect((await other.get('/a'))[0]).toBeNull()
})

test('how many revisions are kept can be said', async () => {
  const kv = openKv('memory:', { revisionsMax: 1 })
  const first = await kv.put('/a', '1')
  for (const value of ['2', '3', '4']) await kv.put('/a', value)
  await expect(kv.get('/a', first)).rejects.toMatchObject({ code: 'ERR_KV_COMPACTED' })
})

test('file: is the database in a file, by its path or as a URL', async () => {
  const file = `${temporary()}/a b.kv`
  const [one, other] = [openKv(`file:${file}`), openKv(String(pathToFileURL(file)))]
  expect(one).toBeInstanceOf(EmbeddedBackend)
  await one.put('/a', '1')
  expect((await other.get('/a'))[0]).toBe('1')
  await Promise.all([one.close(), other.close()])
  expect(() => openKv('file:')).toThrow('must name the file')
})

test('etcd: is a cluster by its members, with the usual port where none is named', async () => {
  const kv = openKv('etcd://10.0.0.1:1234,[::1],etcd.example/')
  expect(kv).toBeInstanceOf(Etcd3Backend)
  expect(kv.engine.name).toBe('etcd 10.0.0.1:1234,[::1]:2379,etcd.example:2379')
  await kv.close()
  expect(() => openKv('etcd:10.0.0.1')).toThrow('must be etcd://HOST:PORT')
  expect(() => openKv('etcd://a b')).toThrow('endpoints must be HOST:PORT')
})

test('a password in an address is refused, and not shown', () => {
  expect(() => openKv('etcd://joe:secret@10.0.0.1')).toThrow(/^(?!.*secret).*must not hold a user or a password/)
})

test('the path of a file without its scheme is told how to have one', () => {
  expect(() => openKv('/var/lib/a.kv')).toThrow('it is "/var/lib/a.kv". For a file write file:/var/lib/a.kv')
  expect(() => openKv('./a.kv')).toThrow('write file:./a.kv')
})

test.each(['', 'memory', 'redis://127.0.0.1', 'constructor:', '__proto__:', 'MEMORY:'])('%j is refused', (url) => {
  expect(() => openKv(url)).toThrow(
    `the address of a database must begin with etcd:, file:, memory:: it is ${JSON.stringify(url)}`,
  )
})
