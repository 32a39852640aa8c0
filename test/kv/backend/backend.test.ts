import { expect, test } from '@jest/globals'
import { MemoryBackend, type MemoryBackendOptions } from '../../../lib/kv/backend/memory-backend.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { lineLogger } from '../../../lib/movement/logger.js'

async function start(options: MemoryBackendOptions = {}, ...paths: string[]) {
  const kv = new MemoryBackend({ clock: new ManualClock(), ...options })
  for (const path of paths) await kv.put(path, path)
  const all = async (): Promise<string> => (await kv.listKeys('/', { recurse: 20 }))[0].join(' ')
  return { kv, all }
}

const NAMES = ['a', 'ab', 'b', 'ax', 'ab/c', 'a/d', 'a/d/x'].map((name) => `/k/${name}`)

test.each<[string, number | number[], string]>([
  ['/k/', 0, 'a ab ax b'],
  ['/k', 0, ''],
  ['/k/a', 0, 'a ab ax'],
  ['/k/a/', 0, 'a/d'],
  ['/k', 1, 'a ab ax b'],
  ['/k', [1], 'a ab ax b'],
  ['/k', [2], 'a/d ab/c'],
  ['/k', 2, 'a a/d ab ab/c ax b'],
  ['/k/', 1, 'a a/d ab ab/c ax b'],
  ['/k/a', 2, 'a a/d a/d/x ab ab/c ax'],
  ['/k/a/', 1, 'a/d a/d/x'],
  ['/k/', [1, 0, 1], 'a a/d ab ab/c ax b'],
  ['/k/', [], ''],
])('listing %s to %j gives %j', async (path, recurse, names) => {
  const { kv } = await start({}, ...NAMES)
  const [paths, revision] = await kv.listKeys(path, { recurse })
  expect(paths.map((each) => each.slice('/k/'.length)).join(' ')).toBe(names)
  expect(revision).toEqual({ revision: NAMES.length + 1, modRevision: null })
})

test('a value is read as it was at a revision, alone and in listings', async () => {
  const { kv } = await start()
  const first = await kv.create('/a', 'one')
  await kv.create('/b', 'two')
  await kv.update('/a', 'three')
  expect(first).toEqual({ revision: 2, modRevision: 2 })
  expect(await kv.get('/a', first)).toEqual(['one', { revision: 2, modRevision: 2 }])
  expect(await kv.get('/a')).toEqual(['three', { revision: 4, modRevision: 4 }])
  expect(await kv.get('/b', 2)).toEqual([null, { revision: 2, modRevision: null }])
  expect((await kv.listKeys('/', { revision: first }))[0]).toEqual(['/a'])
  const [entries] = await kv.listKeys('/', { revision: 3, withValues: true })
  expect(entries).toEqual([
    ['/a', 'one', 2],
    ['/b', 'two', 3],
  ])
  await expect(kv.get('/a', 9)).rejects.toMatchObject({ code: 'ERR_KV_FUTURE_REVISION' })
})

test('the empty value is a value', async () => {
  const { kv } = await start()
  await kv.create('/a', '')
  expect((await kv.get('/a'))[0]).toBe('')
  expect((await kv.get('/b'))[0]).toBeNull()
})

test('create, update and delete say when the key is in the way or missing', async () => {
  const { kv, all } = await start({}, '/a')
  await expect(kv.create('/a', 'x')).rejects.toThrow('Cannot create /a, as it already exists!')
  await expect(kv.update('/b', 'x')).rejects.toThrow('Cannot update /b, as it does not exist!')
  await expect(kv.delete('/b')).rejects.toThrow('Cannot delete /b, as it does not exist!')
  expect(await kv.delete('/b', { mustExist: false })).toBe(0)
  expect(await all()).toBe('/a')
})

test('an update may ask for the last write that it knows of', async () => {
  const { kv } = await start({}, '/a')
  const [, known] = await kv.get('/a')
  const next = await kv.update('/a', '2', { mustBeRev: known })
  await expect(kv.update('/a', '3', { mustBeRev: known })).rejects.toThrow(
    `Cannot update /a at revision ${known.modRevision}: it is at ${next.modRevision}`,
  )
  await kv.update('/a', '3', { mustBeRev: next.revision })
  await kv.delete('/a')
  await expect(kv.update('/a', '4', { mustBeRev: next })).rejects.toMatchObject({ code: 'ERR_KV_REVISION_MISMATCH' })
  const [, gone] = await kv.get('/a')
  await expect(kv.update('/a', '4', { mustBeRev: gone })).rejects.toThrow('mustBeRev must be')
})

test('a write keeps the lease, gives another or takes it away', async () => {
  const { kv, all } = await start()
  const [first, second] = [await kv.engine.grant(60), await kv.engine.grant(60)]
  for (const path of ['/kept', '/put', '/other', '/none']) await kv.create(path, '1', { lease: first })
  await kv.update('/kept', '2')
  await kv.put('/put', '2')
  await kv.update('/other', '2', { lease: second })
  await kv.put('/none', '2', { lease: null })
  await kv.put('/new', '2')
  await kv.engine.revoke(first.id)
  expect(await all()).toBe('/new /none /other')
})

test('a lease is asked before, and told if the store knows it no more', async () => {
  const { kv, all } = await start()
  const lost: string[] = []
  const { id } = await kv.engine.grant(60)
  await kv.engine.revoke(id)
  const lease = { id, lose: (why: string) => lost.push(why) }
  await expect(kv.create('/a', '1', { lease })).rejects.toMatchObject({ code: 'ERR_KV_LEASE_LOST', lease: id })
  expect(lost).toEqual([`lease ${id.toString(16)} is lost: memory has no such lease`])
  const check = (): void => {
    throw new Error('over')
  }
  await expect(kv.put('/a', '1', { lease: { id, check } })).rejects.toThrow('over')
  expect(await all()).toBe('')
})

test.each<[object, number, string]>([
  [{}, 1, '/a/b /a/b/c /ab /ab/c'],
  [{ prefix: true }, 2, '/a/b /a/b/c /ab/c'],
  [{ recursive: true }, 3, '/ab /ab/c'],
  [{ recursive: true, prefix: true }, 5, ''],
])('deleting /a with %j deletes %i keys', async (options, count, left) => {
  const { kv, all } = await start({}, '/a', '/a/b', '/a/b/c', '/ab', '/ab/c')
  expect(await kv.delete('/a', options)).toBe(count)
  expect(await all()).toBe(left)
})

test('a tree without a top is deleted where the top needn’t exist', async () => {
  const { kv, all } = await start({}, '/a/b', '/c')
  await expect(kv.delete('/a', { recursive: true })).rejects.toMatchObject({ code: 'ERR_KV_VANISHED' })
  await expect(kv.delete('/', { prefix: true })).rejects.toMatchObject({ code: 'ERR_KV_VANISHED' })
  expect(await all()).toBe('/a/b /c')
  expect(await kv.delete('/a', { recursive: true, mustExist: false })).toBe(1)
  expect(await kv.delete('/', { prefix: true, mustExist: false })).toBe(1)
})

test('what reaches below maxDepth is not deleted at all, however deep', async () => {
  const deep = '/a/b/c/d'
  const { kv, all } = await start({}, '/a', '/a/b', deep)
  await expect(kv.delete('/a', { recursive: true, maxDepth: 3 })).rejects.toThrow(
    'Cannot delete /a to a maxDepth of 3: /a/b/c/d lies below',
  )
  expect(await all()).toBe('/a /a/b /a/b/c/d')
  expect(await kv.delete('/a', { recursive: true, maxDepth: 4 })).toBe(3)
  await kv.put('/a', '1')
  await kv.put(`/a${'/x'.repeat(119)}`, '1')
  await expect(kv.delete('/a', { recursive: true })).rejects.toMatchObject({ code: 'ERR_KV_TOO_DEEP' })
  expect(await kv.delete('/a', { recursive: true, maxDepth: 120 })).toBe(2)
})

test('paths are checked before anything else', async () => {
  const { kv } = await start()
  const code = 'ERR_KV_PATH'
  for (const path of ['', 'a', '/a/', '/']) {
    await expect(kv.get(path)).rejects.toMatchObject({ code })
    await expect(kv.create(path, '1')).rejects.toMatchObject({ code })
    await expect(kv.update(path, '1')).rejects.toMatchObject({ code })
    await expect(kv.put(path, '1')).rejects.toMatchObject({ code })
    await expect(kv.delete(path, { mustExist: false })).rejects.toMatchObject({ code })
  }
  await expect(kv.listKeys('a')).rejects.toMatchObject({ code })
})

test('odd paths can be read and deleted, and are written only if paths needn’t be clean', async () => {
  const { kv } = await start()
  await expect(kv.put('//x', '1')).rejects.toThrow('no empty segment')
  expect((await kv.get('//x'))[0]).toBeNull()
  const { kv: lenient } = await start({ strictPaths: false })
  await lenient.create('//x', '1')
  expect((await lenient.listKeys('//'))[0]).toEqual(['//x'])
  expect(await lenient.delete('//x')).toBe(1)
})

test('keys that no path has are told and don’t spoil a listing', async () => {
  const lines: string[] = []
  const { kv } = await start({ log: lineLogger({}, (line) => lines.push(line)) }, '/a')
  await kv.engine.commit([], [{ op: 'put', key: '1/\xff', value: Buffer.from('1'), lease: 0n }])
  expect((await kv.listKeys('/'))[0]).toEqual(['/a'])
  expect(lines.join('')).toContain('312fff')
})

test('the server has a version', async () => {
  const { kv } = await start()
  expect(await kv.serverVersion()).toMatch(/^\d+\.\d+\.\d+$/)
})
