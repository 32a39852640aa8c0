import { Cleanups } from '../../support/supplied.js'
import { bytes, startServed } from './rig.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

/** A store of a=1, a=2, b=3 at the revisions 2, 3, 4. */
async function start() {
  const { raw, client } = await startServed(cleanups)
  for (const [key, value] of [['a', '1'], ['a', '2'], ['b', '3']] as const) await raw.ask('put', { key, value: bytes(value) }) // prettier-ignore
  return { raw, client }
}

it('reads now and then, and its header tells how far the store is', async () => {
  const { raw } = await start()
  expect(await raw.ask('range', { key: 'a', end: '\0', limit: 1 })).toMatchObject({
    header: { revision: 4, term: 1 },
    kvs: [{ key: 'a', value: bytes('2'), create: 2, mod: 3, version: 2 }],
    more: true,
    count: 2,
  })
  const then = await raw.ask('range', { key: 'a', end: '\0', revision: 2 })
  expect(then).toMatchObject({ header: { revision: 4 }, kvs: [{ value: bytes('1') }], more: false, count: 1 })
  const newest = await raw.ask('range', { key: '\0', end: '\0', sortTarget: 3, sortOrder: 2, limit: 1, keysOnly: true })
  expect(newest).toMatchObject({ kvs: [{ key: 'b', value: Buffer.alloc(0) }], more: true, count: 2 })
})

it('puts and deletes, and tells what was there before', async () => {
  const { raw } = await start()
  expect(await raw.ask('put', { key: 'a', value: bytes('4'), prevKv: true })).toMatchObject({
    header: { revision: 5 },
    prevKv: { value: bytes('2') },
  })
  expect(await raw.ask('put', { key: 'a', ignoreValue: true })).toMatchObject({ header: { revision: 6 } })
  const gone = await raw.ask('deleteRange', { key: 'a', end: 'b', prevKv: true })
  expect(gone).toMatchObject({ header: { revision: 7 }, deleted: 1, prevKvs: [{ value: bytes('4'), version: 4 }] })
  expect(await raw.ask('deleteRange', { key: 'none' })).toMatchObject({ header: { revision: 7 }, deleted: 0 })
})

it('does one or the other, by conditions of every kind', async () => {
  const { raw } = await start()
  const { id } = await raw.ask('grant', { ttl: 60 })
  await raw.ask('put', { key: 'c', value: bytes('5'), lease: id })
  const holds = async (compare: object): Promise<boolean> => (await raw.ask('txn', { compare: [compare] })).succeeded
  // target: version, create, mod, value, lease; result: =, >, <, !=
  expect(await holds({ key: 'a', target: 0, result: 0, version: 2 })).toBe(true)
  expect(await holds({ key: 'a', target: 1, result: 1, create: 2 })).toBe(false)
  expect(await holds({ key: 'a', target: 2, result: 2, mod: 4 })).toBe(true)
  expect(await holds({ key: 'a', target: 3, result: 3, value: bytes('1') })).toBe(true)
  expect(await holds({ key: 'c', target: 4, result: 0, lease: id })).toBe(true)
  expect(await holds({ key: 'none', target: 0, result: 0 })).toBe(true)
  expect(await holds({ key: 'a', end: 'c', target: 2, result: 2, mod: 4 })).toBe(false)
  await expect(holds({ key: 'a', target: 7, version: 2 })).rejects.toMatchObject({
    code: 3,
    details: expect.stringMatching('target 7'),
  })
  await expect(holds({ key: 'a', result: 4, version: 2 })).rejects.toMatchObject({
    code: 3,
    details: expect.stringMatching('result 4'),
  })
  const either = await raw.ask('txn', {
    compare: [{ key: 'a', target: 0, version: 9 }],
    success: [{ put: { key: 'yes' } }],
    failure: [{ put: { key: 'no' } }, { range: { key: 'no' } }, { range: { key: 'a', revision: 2 } }],
  })
  expect(either).toMatchObject({
    header: { revision: 6 },
    succeeded: false,
    responses: [{ put: {} }, { range: { count: 1 } }, { range: { kvs: [{ value: bytes('1') }] } }],
  })
})

it('reads several states in one transaction, and writes nothing for it', async () => {
  const { raw } = await start()
  const success = [2, 3, 0].map((revision) => ({ range: { key: 'a', end: '\0', revision } }))
  const { header, responses } = await raw.ask('txn', { success })
  expect(header?.revision).toBe(4)
  expect(responses.map(({ range }) => range?.kvs.map(({ value }) => String(value)).join())).toEqual(['1', '2', '2,3'])
})

it('forgets history, and says so in the words of etcd', async () => {
  const { raw } = await start()
  expect(await raw.ask('compact', { revision: 3 })).toMatchObject({ header: { revision: 4 } })
  const gone = { code: 11, details: 'etcdserver: mvcc: required revision has been compacted' }
  const future = { code: 11, details: 'etcdserver: mvcc: required revision is a future revision' }
  await expect(raw.ask('compact', { revision: 3 })).rejects.toMatchObject(gone)
  await expect(raw.ask('compact', { revision: 9 })).rejects.toMatchObject(future)
  await expect(raw.ask('range', { key: 'a', revision: 2 })).rejects.toMatchObject(gone)
  await expect(raw.ask('txn', { success: [{ range: { key: 'a', revision: 9 } }] })).rejects.toMatchObject(future)
})

it('refuses as etcd does', async () => {
  const { raw } = await start()
  const invalid = (details: string) => ({ code: 3, details: `etcdserver: ${details}` })
  await expect(raw.ask('put', { value: bytes('x') })).rejects.toMatchObject(invalid('key is not provided'))
  await expect(raw.ask('range', {})).rejects.toMatchObject(invalid('key is not provided'))
  await expect(raw.ask('deleteRange', {})).rejects.toMatchObject(invalid('key is not provided'))
  await expect(raw.ask('put', { key: 'none', ignoreLease: true })).rejects.toMatchObject(invalid('key not found'))
  const lease = { code: 5, details: 'etcdserver: requested lease not found' }
  await expect(raw.ask('put', { key: 'a', lease: 99n })).rejects.toMatchObject(lease)
  const success = Array.from({ length: 129 }, (_, i) => ({ put: { key: `k${i}` } }))
  await expect(raw.ask('txn', { success })).rejects.toMatchObject(invalid('too many operations in txn request'))
  await expect(raw.ask('txn', { success: [{ txn: {} }] })).rejects.toMatchObject({ code: 12 })
})
