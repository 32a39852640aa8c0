import type { Kv } from '../../../lib/kv/engine/engine.js'
import { RangeRequest } from '../../../lib/kv/rpc/messages.js'
import { checkRange, rangeOf, readAnswer, readOf, type RangeAsked } from '../../../lib/kv/serve/reading.js'

const asked = (fields: Partial<RangeAsked> = {}): RangeAsked =>
  RangeRequest.decode(RangeRequest.encode({ key: 'a', end: 'z', ...fields }))
const kv = (key: string, value: string, create: number, mod: number, version: number): Kv => ({
  ...{ key, value: Buffer.from(value), create, mod, version, lease: 0n },
})
const KVS = [kv('a', 'z', 2, 9, 3), kv('b', 'y', 3, 3, 1), kv('c', 'x', 4, 7, 2)]
const keysOf = (fields: Partial<RangeAsked>): string[] =>
  (readAnswer(asked(fields), { kvs: KVS, count: 3 }).kvs ?? []).map(({ key }) => key ?? '')

it('takes a key alone where there is no end', () => {
  expect([rangeOf({ key: 'a', end: '' }), rangeOf({ key: 'a', end: '\0' })]).toEqual([
    { key: 'a' },
    { key: 'a', end: '\0' },
  ])
})

it('leaves the limit to the engine, but not where what it leaves out may be wanted', () => {
  expect(readOf(asked({ limit: 2, keysOnly: true }))).toMatchObject({ limit: 2, keysOnly: true, countOnly: false })
  expect(readOf(asked({ limit: -5 })).limit).toBe(0)
  for (const fields of [{ sortOrder: 2 }, { sortTarget: 3 }, { modMin: 4 }, { createMax: 3 }]) {
    expect(readOf(asked({ limit: 2, ...fields })).limit).toBe(0)
  }
  expect(readOf(asked({ limit: 2, sortOrder: 1 })).limit).toBe(2)
  // To sort by values takes them.
  expect(readOf(asked({ keysOnly: true, sortTarget: 4 })).keysOnly).toBe(false)
})

it.each<[Partial<RangeAsked>, string]>([
  [{}, 'abc'],
  [{ sortOrder: 2 }, 'cba'],
  [{ sortTarget: 1, sortOrder: 1 }, 'bca'],
  [{ sortTarget: 2, sortOrder: 2 }, 'cba'],
  [{ sortTarget: 3, sortOrder: 0 }, 'bca'],
  [{ sortTarget: 4, sortOrder: 1 }, 'cba'],
  [{ sortTarget: 3, sortOrder: 2, limit: 1 }, 'a'],
  [{ modMin: 7 }, 'ac'],
  [{ modMax: 7 }, 'bc'],
  [{ createMin: 3, createMax: 3 }, 'b'],
  [{ modMin: 7, limit: 1 }, 'a'],
])('%j: %s', (fields, expected) => {
  expect(keysOf(fields).join('')).toBe(expected)
})

it('says whether there is more, and how many keys the range has', () => {
  const few = { kvs: KVS.slice(0, 2), count: 3 }
  expect(readAnswer(asked({ limit: 2 }), few)).toMatchObject({ more: true, count: 3 })
  expect(readAnswer(asked({ limit: 3 }), { kvs: KVS, count: 3 })).toMatchObject({ more: false, count: 3 })
  expect(readAnswer(asked({ modMin: 7, limit: 2 }), { kvs: KVS, count: 3 })).toMatchObject({ more: false, count: 3 })
  expect(readAnswer(asked({ countOnly: true }), { kvs: [], count: 3 })).toEqual({ count: 3 })
  const bare = readAnswer(asked({ keysOnly: true, sortTarget: 4 }), { kvs: KVS, count: 3 })
  expect(bare.kvs?.map(({ value }) => value?.length)).toEqual([0, 0, 0])
})

it('refuses what etcd refuses', () => {
  checkRange(asked())
  expect(() => checkRange(asked({ key: '' }))).toThrow('etcdserver: key is not provided')
  expect(() => checkRange(asked({ sortOrder: 3 }))).toThrow('etcdserver: invalid sort option')
  expect(() => checkRange(asked({ sortTarget: 9 }))).toThrow('etcdserver: invalid sort option')
})
