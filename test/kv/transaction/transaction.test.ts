import { expect, test } from '@jest/globals'
import { MemoryBackend, type MemoryBackendOptions } from '../../../lib/kv/backend/memory-backend.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'

async function start(paths: string[] = [], options: MemoryBackendOptions = {}) {
  const kv = new MemoryBackend({ clock: new ManualClock(), ...options })
  for (const path of paths) await kv.put(path, `old ${path}`)
  const value = async (path: string): Promise<string | null> => (await kv.get(path))[0]
  const all = async (): Promise<string> => (await kv.listKeys('/', { recurse: 20 }))[0].join(' ')
  return { kv, txn: kv.transaction(), value, all }
}

test('what it writes is seen by itself at once, and by others after the commit', async () => {
  const { kv, txn, value } = await start(['/a'])
  await txn.create('/b', 'b1')
  await txn.update('/b', 'b2')
  await txn.update('/a', 'a2')
  expect([await txn.get('/a'), await txn.get('/b'), await value('/a'), await value('/b')]).toEqual([
    ...['a2', 'b2'],
    ...['old /a', null],
  ])
  const before = (await kv.get('/a'))[1].revision
  expect(await txn.commit()).toBe(true)
  expect([await value('/a'), await value('/b')]).toEqual(['a2', 'b2'])
  expect([txn.readRevision, txn.commitRevision, txn.revision]).toEqual([before, before + 1, before + 1])
})

test('all sequences of writes mean what they say', async () => {
  const { kv, txn, all, value } = await start(['/there'])
  await txn.create('/new', '1')
  await expect(txn.create('/new', '2')).rejects.toMatchObject({ code: 'ERR_KV_COLLISION', path: '/new' })
  await txn.delete('/new')
  expect(await txn.get('/new')).toBeNull()
  await expect(txn.update('/new', '2')).rejects.toMatchObject({ code: 'ERR_KV_VANISHED', path: '/new' })
  await expect(txn.delete('/new')).rejects.toThrow('Cannot delete /new, as it does not exist!')
  await txn.create('/new', '3')
  await txn.delete('/there')
  await txn.create('/there', 'again')
  await txn.delete('/nowhere', { mustExist: false })
  await txn.put('/put', '4')
  await txn.put('/put', '5')
  const { revision } = (await kv.get('/new'))[1]
  expect(await txn.commit()).toBe(true)
  expect(txn.commitRevision).toBe(revision + 1)
  expect([await all(), await value('/there'), await value('/put')]).toEqual(['/new /put /there', 'again', '5'])
})

test('an error that the body catches does not spoil the transaction, and what it saw is verified', async () => {
  const { kv, txn } = await start(['/a'])
  await expect(txn.create('/a', '1')).rejects.toMatchObject({ code: 'ERR_KV_COLLISION' })
  await txn.create('/b', '1')
  await kv.delete('/a')
  expect(await txn.commit()).toBe(false)
})

test('listings show what it wrote and not what it deleted', async () => {
  const { txn } = await start(['/k/a', '/k/b', '/k/b/x'])
  await txn.delete('/k/a')
  await txn.delete('/k/never', { mustExist: false })
  await txn.create('/k/c', '1')
  await txn.create('/k/c/y', '2')
  await txn.update('/k/b', '3')
  expect(await txn.listKeys('/k/')).toEqual(['/k/b', '/k/c'])
  expect(await txn.listKeys('/k/', { recurse: 1 })).toEqual(['/k/b', '/k/b/x', '/k/c', '/k/c/y'])
  expect(await txn.entries('/k/', { recurse: [1] })).toEqual([
    ['/k/b/x', 'old /k/b/x', 4],
    ['/k/c/y', '2', null],
  ])
})

test('all reads are of one state, while others write, and a transaction that only reads needs no second run', async () => {
  const { kv, txn } = await start(['/a', '/b'])
  expect(await txn.get('/a')).toBe('old /a')
  await kv.update('/b', 'new')
  await kv.create('/c', 'new')
  expect([await txn.get('/b'), await txn.get('/c'), await txn.listKeys('/')]).toEqual(['old /b', null, ['/a', '/b']])
  expect(await txn.commit()).toBe(true)
  expect([txn.commitRevision, txn.revision]).toEqual([null, txn.readRevision])
})

test('reads that are begun at once share one request and one state', async () => {
  const { kv } = await start(['/a', '/b'])
  const asked: string[] = []
  const txn = kv.transaction({
    reader: {
      range: (requests, revision) => {
        asked.push(`${requests.map(({ key }) => key).join(' ')} at ${revision}`)
        return kv.engine.range(requests, revision)
      },
    },
  })
  await Promise.all([txn.get('/a'), txn.get('/a'), txn.get('/b'), txn.listKeys('/', { recurse: 1 })])
  await txn.get('/a')
  await Promise.all([txn.get('/x'), txn.entries('/')])
  await txn.get('/b')
  expect(asked).toEqual(['1/a 1/b 1/ 2/ at undefined', '1/x 1/ at 3'])
})

test.each<[string, (kv: MemoryBackend) => Promise<unknown>, boolean]>([
  ['nothing', () => Promise.resolve(), true],
  ['a key it did not read', (kv) => kv.put('/other', '1'), true],
  ['an update of a key it read', (kv) => kv.update('/a', '1'), false],
  ['the deletion of a key it read', (kv) => kv.delete('/a'), false],
  ['a key that it found missing', (kv) => kv.create('/no', '1'), false],
  ['an update of a key that it listed', (kv) => kv.update('/k/x', '1'), true],
  ['the deletion of a key that it listed', (kv) => kv.delete('/k/x'), false],
  ['a listed key that was deleted and created', (kv) => kv.delete('/k/x').then(() => kv.create('/k/x', '1')), false],
  ['a key new in a listing', (kv) => kv.create('/k/new', '1'), false],
  ['a key new in an empty listing', (kv) => kv.create('/none/new', '1'), false],
  ['an update of a key listed with its value', (kv) => kv.update('/v/x', '1'), false],
  ['a key below a listing', (kv) => kv.create('/k/x/y', '1'), true],
])('a commit after %s: others did it meanwhile', async (_, others, ok) => {
  const { kv, txn, value } = await start(['/a', '/k/x', '/k/y', '/v/x'])
  await txn.get('/a')
  await txn.get('/no')
  await txn.listKeys('/k/')
  await txn.listKeys('/none/')
  await txn.entries('/v/')
  await others(kv)
  await txn.put('/mine', '1', { lease: null })
  expect(await txn.commit()).toBe(ok)
  expect(await value('/mine')).toBe(ok ? '1' : null)
})

test('a blind delete depends on nothing', async () => {
  const { kv, txn, all } = await start(['/a'])
  await txn.delete('/a', { mustExist: false })
  await kv.update('/a', '2')
  expect(await txn.commit()).toBe(true)
  expect(await all()).toBe('')
})

test.each<[object, string]>([
  [{ recursive: true }, '/ab /ab/c'],
  [{ prefix: true }, '/a/b /a/b/c /ab/c'],
  [{ recursive: true, prefix: true }, ''],
  [{ recursive: true, mustExist: false }, '/ab /ab/c'],
])('deleting /a with %j leaves %j', async (options, left) => {
  const { txn, all } = await start(['/a', '/a/b', '/a/b/c', '/ab', '/ab/c'])
  await txn.delete('/a', options)
  expect((await txn.listKeys('/', { recurse: 5 })).join(' ')).toBe(left)
  await txn.commit()
  expect(await all()).toBe(left)
})

test('a tree is deleted with what the transaction itself put there, and a key that comes into it is in the way', async () => {
  const { kv, txn, all } = await start(['/a', '/a/b', '/c'])
  await txn.create('/a/mine', '1')
  await txn.delete('/a', { recursive: true })
  await kv.create('/a/b/others', '1')
  expect(await txn.commit()).toBe(false)
  txn.reset()
  await txn.create('/a/mine', '1')
  await txn.delete('/a', { recursive: true })
  expect(await txn.commit()).toBe(true)
  expect(await all()).toBe('/c')
})

test('a tree that is too deep or not there is not deleted', async () => {
  const { txn } = await start(['/a', '/a/b/c'])
  await expect(txn.delete('/a', { recursive: true, maxDepth: 2 })).rejects.toMatchObject({ code: 'ERR_KV_TOO_DEEP' })
  await expect(txn.delete('/x', { recursive: true })).rejects.toMatchObject({ code: 'ERR_KV_VANISHED' })
  await expect(txn.delete('/x/', { prefix: true })).rejects.toMatchObject({ code: 'ERR_KV_VANISHED' })
  expect(await txn.listKeys('/', { recurse: 5 })).toEqual(['/a', '/a/b/c'])
  await txn.delete('/a/b/c')
  await txn.delete('/a', { recursive: true, maxDepth: 2 })
  await txn.create('/a/b/d', '1')
  await txn.create('/a', '1')
  await expect(txn.delete('/a', { recursive: true, maxDepth: 2 })).rejects.toThrow('/a/b/d lies below')
})

test('a key keeps the lease that it has, or that it is created with', async () => {
  const { kv, txn, all } = await start()
  const lease = await kv.engine.grant(60)
  for (const path of ['/kept', '/none']) await kv.create(path, '1', { lease })
  await txn.update('/kept', '2')
  await txn.update('/none', '2', { lease: null })
  await txn.create('/new', '1', { lease })
  await txn.update('/new', '2')
  await txn.put('/put', '1', { lease })
  await txn.put('/put', '2')
  expect(await txn.commit()).toBe(true)
  await kv.engine.revoke(lease.id)
  expect(await all()).toBe('/none')
})

test('a lease that is over fails the commit, which is no conflict', async () => {
  const { kv, txn, all } = await start()
  const lost: string[] = []
  await txn.create('/a', '1', { lease: { id: 99n, lose: (why) => lost.push(why) } })
  await expect(txn.commit()).rejects.toMatchObject({ code: 'ERR_KV_LEASE_LOST' })
  expect([lost.length, await all()]).toEqual([1, ''])
  const check = (): void => {
    throw new Error('over')
  }
  const other = kv.transaction()
  await other.put('/a', '1', { lease: { id: 99n, check } })
  await expect(other.commit()).rejects.toThrow('over')
})

test('callbacks hear of a commit that wrote, once, with its revision', async () => {
  const { kv, txn } = await start(['/a'])
  const told: number[] = []
  txn.onCommit((revision) => told.push(revision))
  await txn.update('/a', '1')
  await kv.update('/a', '2')
  expect(await txn.commit()).toBe(false)
  txn.reset()
  txn.onCommit((revision) => told.push(revision))
  await txn.update('/a', '1')
  await txn.commit()
  const { revision } = txn
  txn.reset()
  await txn.get('/a')
  txn.onCommit(() => told.push(-1))
  await txn.commit()
  expect(told).toEqual([revision])
})

test('after its commit it takes nothing until it is reset; before, it has no revision and can’t be reset', async () => {
  const { kv, txn } = await start(['/a'])
  const code = 'ERR_KV_TRANSACTION_STATE'
  expect(() => txn.revision).toThrow('Revision is undefined on an uncommitted transaction!')
  expect(() => {
    txn.reset()
  }).toThrow('Called reset on an uncommitted transaction!')
  const { revision } = (await kv.get('/a'))[1]
  await kv.update('/a', 'new')
  await txn.commit()
  expect(() => txn.revision).toThrow('has neither read nor written anything')
  for (const call of [() => txn.get('/a'), () => txn.put('/a', '1'), () => txn.listKeys('/'), () => txn.commit()]) {
    await expect(call()).rejects.toMatchObject({ code, message: 'Attempted to modify committed transaction!' })
  }
  expect(() => {
    txn.onCommit(() => undefined)
  }).toThrow('committed')
  txn.reset(revision)
  expect([await txn.get('/a'), txn.readRevision]).toEqual(['old /a', revision])
})

test('the commit waits for calls that nobody waited for, and fails if one does', async () => {
  const { txn, kv, value } = await start(['/a'])
  void txn.update('/a', '1')
  void txn.get('/b').then((found) => txn.put('/b', `was ${found}`))
  void txn.listKeys('/')
  expect(await txn.commit()).toBe(true)
  expect([await value('/a'), await value('/b')]).toEqual(['1', 'was null'])
  const other = kv.transaction()
  void other.update('/nowhere', '1')
  void other.put('/c', '1')
  await expect(other.commit()).rejects.toMatchObject({ code: 'ERR_KV_VANISHED' })
  expect(await value('/c')).toBeNull()
})

test('two that create one key at once in one transaction collide', async () => {
  const { txn } = await start()
  const both = await Promise.allSettled([txn.create('/a', '1'), txn.create('/a', '2')])
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
})

test('arguments are checked at the call', async () => {
  const { txn, kv } = await start()
  for (const path of ['', 'a', '/a/', '//a']) {
    await expect(txn.put(path, '1')).rejects.toMatchObject({ code: 'ERR_KV_PATH' })
    await expect(txn.create(path, '1')).rejects.toMatchObject({ code: 'ERR_KV_PATH' })
  }
  await expect(txn.delete('/a/', { mustExist: false })).rejects.toThrow('trailing')
  await expect(txn.get('/a/')).rejects.toThrow('trailing')
  await expect(txn.put('/a', 5 as unknown as string)).rejects.toThrow(TypeError)
  await expect(txn.listKeys('/', { recurse: -1 })).rejects.toThrow(RangeError)
  expect(await txn.commit()).toBe(true)
  expect((await kv.listKeys('/'))[0]).toEqual([])
})

test('more than the store takes at once is refused before it is asked, and what follows is no condition', async () => {
  const paths = Array.from({ length: 130 }, (_, i) => `/k/${i}`)
  const { kv, txn } = await start(paths)
  for (const path of paths) await txn.put(path, '1', { lease: null })
  await expect(txn.commit()).rejects.toThrow('a transaction may have at most 128 writes: it has 130')
  const lister = kv.transaction()
  await lister.listKeys('/k/')
  await lister.put('/a', '1', { lease: null })
  await expect(lister.commit()).rejects.toMatchObject({ code: 'ERR_KV_TOO_LARGE' })
  const empty = kv.transaction()
  await empty.listKeys('/none/', { recurse: 100 })
  for (const path of paths) await empty.get(`/none${path.slice(2)}`)
  await empty.put('/a', '1', { lease: null })
  expect(await empty.commit()).toBe(true)
})

test('what was in the way is told with its revisions', async () => {
  const { kv, txn } = await start(['/a', '/k/x'])
  await txn.update('/a', '1')
  const { revision } = await kv.update('/a', '2')
  expect(await txn.conflict()).toBeNull()
  await txn.commit()
  const readRevision = txn.readRevision
  expect(await txn.conflict()).toEqual({ path: '/a', what: 'written', readRevision, revision })
})

test('a state that is compacted away is replaced by the current one where nothing that was read has changed', async () => {
  const { kv, txn, value } = await start(['/a', '/k/x'])
  expect(await txn.get('/a')).toBe('old /a')
  expect(await txn.get('/none')).toBeNull()
  expect(await txn.listKeys('/k/')).toEqual(['/k/x'])
  const { revision } = await kv.put('/b', 'new')
  await kv.engine.compact(revision)
  expect(await txn.get('/b')).toBe('new')
  expect(txn.readRevision).toBe(revision)
  await txn.put('/c', '1')
  expect(await txn.commit()).toBe(true)
  expect(await value('/c')).toBe('1')
})

test('a conflict of which nothing can be told any more is one all the same', async () => {
  const { kv, txn } = await start(['/a', '/k/x'])
  await txn.update('/a', '1')
  await kv.update('/a', '2')
  expect(await txn.commit()).toBe(false)
  await kv.engine.compact((await kv.update('/a', '3')).revision)
  expect(await txn.conflict()).toBeNull()
})

test.each(['/a', '/none', '/k/y'])('with a change of %s, that is a conflict', async (path) => {
  const { kv, txn, value } = await start(['/a', '/k/x'])
  await Promise.all([txn.get('/a'), txn.get('/none'), txn.listKeys('/k/')])
  await kv.engine.compact((await kv.put(path, 'new')).revision)
  await expect(txn.get('/b')).rejects.toMatchObject({ code: 'ERR_KV_COMPACTED' })
  expect(txn.isSpoilt).toBe(true)
  await txn.delete('/b', { mustExist: false })
  await txn.put('/c', '1', { lease: null })
  expect(await txn.commit()).toBe(false)
  expect([await value('/c'), await txn.conflict()]).toEqual([null, null])
})
