import { expect, test } from '@jest/globals'
import { prefixRange } from '../../../lib/kv/engine/range.js'
import { MemoryRows } from '../../../lib/kv/memory/memory-rows.js'
import { applyCommit } from '../../../lib/kv/store/apply.js'
import { readSnapshot } from '../../../lib/kv/store/read.js'

function start() {
  const rows = new MemoryRows()
  const put = (key: string) => ({ op: 'put', key, value: Buffer.from('v'), lease: 0n }) as const
  for (const key of ['c', 'a', 'b']) applyCommit(rows, 'here', [], [put(key)])
  return {
    rows,
    keys: (request: object, at?: number) => results(readSnapshot(rows, [{ ...prefixRange(''), ...request }], at)),
  }
}

function results({ results: [first] }: ReturnType<typeof readSnapshot>): unknown {
  return { ...first, kvs: first?.kvs.map(({ key, value }) => `${key}${value.length}`) }
}

test('a range comes in order, limited, without values, or only counted', () => {
  const { keys } = start()
  expect(keys({})).toEqual({ count: 3, kvs: ['a1', 'b1', 'c1'] })
  expect(keys({ limit: 2, keysOnly: true })).toEqual({ count: 3, kvs: ['a0', 'b0'] })
  expect(keys({ limit: 0 })).toEqual({ count: 3, kvs: ['a1', 'b1', 'c1'] })
  expect(keys({ countOnly: true })).toEqual({ count: 3, kvs: [] })
  expect(keys({ key: 'b', end: undefined, countOnly: true })).toEqual({ count: 1, kvs: [] })
})

test('an old state is as it was', () => {
  const { keys } = start()
  expect(keys({}, 2)).toEqual({ count: 1, kvs: ['c1'] })
  expect(keys({ key: 'a', end: undefined }, 2)).toEqual({ count: 0, kvs: [] })
})
