import { expect, test } from '@jest/globals'
import { Reads } from '../../../lib/kv/transaction/reads.js'
import { memoryStore } from '../../support/kv-memory.js'

async function start() {
  const store = memoryStore()
  await store.write({ '/a': '1', '/k/x': '2', '/k/y': '3' })
  return { ...store, reads: new Reads(store.engine, undefined) }
}

test('each key and level is read once; with values a level knows its keys, too', async () => {
  const { reads } = await start()
  expect(reads.key('/a')).toBe(reads.key('/a'))
  const level = reads.range('/k/', 0, true)
  expect(reads.range('/k/', 0, false)).toBe(level)
  await level.known
  expect(reads.key('/k/x').isKnown).toBe(true)
  expect(await reads.key('/k/x').text).toBe('2')
  expect(reads.readSet()).toMatchObject({
    revision: 2,
    keys: [{ path: '/a' }, { path: '/k/x' }, { path: '/k/y' }],
    ranges: [{ path: '/k/', level: 0, kvs: [{ key: '2/k/x' }, { key: '2/k/y' }] }],
  })
})

test('a level is read again for its values if it was read without', async () => {
  const { reads } = await start()
  const [bare, full] = [reads.range('/k/', 0, false), reads.range('/k/', 0, true)]
  await Promise.all([bare.known, full.known])
  expect([bare, full].map(({ kvs }) => kvs.map(({ value }) => value.length))).toEqual([
    [0, 0],
    [1, 1],
  ])
  expect(reads.readSet().ranges).toEqual([full])
})

test('a glance leaves no trace', async () => {
  const { reads } = await start()
  expect(await reads.peek({ key: '1/a' })).toMatchObject({ count: 1 })
  expect(reads.readSet()).toEqual({ revision: 2, keys: [], ranges: [] })
})

test('what failed is forgotten and may be asked again', async () => {
  const { reads, engine } = await start()
  await engine.close()
  const [key, range] = [reads.key('/a'), reads.range('/k/', 0, false)]
  expect(reads.unsettled()).toHaveLength(2)
  await expect(key.text).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  await expect(range.known).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  expect(reads.readSet()).toEqual({ revision: null, keys: [], ranges: [] })
  await expect(reads.key('/a').text).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  expect(reads.isSpoilt).toBe(false)
})

test('what a level had without its values counts until they are there: another state with other keys will not do', async () => {
  const { reads, engine, write } = await start()
  await reads.range('/k/', 0, false).known
  await write({ '/k/z': '4' })
  await engine.compact(3)
  await expect(reads.range('/k/', 0, true).known).rejects.toMatchObject({ code: 'ERR_KV_COMPACTED' })
  expect(reads.isSpoilt).toBe(true)
  expect(reads.readSet().ranges).toMatchObject([{ kvs: [{ key: '2/k/x' }, { key: '2/k/y' }] }])
})
