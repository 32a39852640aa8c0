import { expect, test } from '@jest/globals'
import { prefixRange } from '../../../lib/kv/engine/range.js'
import { readState } from '../../../lib/kv/watch/read-state.js'
import { memoryStore } from '../../support/kv-memory.js'

const all = [prefixRange('1/'), prefixRange('2/')]

test('a range of many pages is of one revision, whatever is written between them', async () => {
  const { engine, write } = memoryStore()
  await write({ '/a': '1', '/b': '1', '/c': '1', '/d/e': '1' })
  const reading = readState(engine, all, { pageMax: 1 })
  await write({ '/b': '2', '/bb': '2' })
  const { revision, results } = await reading
  expect(revision).toBe(2)
  expect(results.map((kvs) => kvs.map(({ key, mod }) => `${key}@${mod}`))).toEqual([
    ['1/a@2', '1/b@2', '1/c@2'],
    ['2/d/e@2'],
  ])
})

test('a state that is compacted while it is read is read anew; one that was asked for is an error', async () => {
  const { engine, write } = memoryStore()
  await write({ '/a': '1', '/b': '1' })
  const range = engine.range.bind(engine)
  let reads = 0
  engine.range = async (...args) => {
    if (++reads === 2) await engine.compact(await write({ '/c': '1' }))
    return range(...args)
  }
  const { revision, results } = await readState(engine, all, { pageMax: 1 })
  expect([revision, results[0]?.length]).toEqual([3, 3])
  await expect(readState(engine, all, { revision: 2 })).rejects.toMatchObject({ code: 'ERR_KV_COMPACTED' })
})

test('values may be left out', async () => {
  const { engine, write } = memoryStore()
  await write({ '/a': '1' })
  const { results } = await readState(engine, all, { keysOnly: true })
  expect(results[0]?.[0]?.value).toHaveLength(0)
})
