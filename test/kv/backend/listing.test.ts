import { expect, test } from '@jest/globals'
import { entriesOf, pathsOf } from '../../../lib/kv/backend/listing.js'
import type { RangeResult } from '../../../lib/kv/engine/engine.js'
import { keyOf } from '../../../lib/kv/path.js'

function level(...keys: string[]): RangeResult {
  const kvs = keys.map((key) => ({ key, value: Buffer.from(key), create: 2, mod: 3, version: 1, lease: 0n }))
  return { kvs, count: kvs.length }
}

test('all levels are one listing in the order of paths', () => {
  const levels = [level('1/a', '1/a-b', keyOf('/\ufffd'), keyOf('/\u{1f600}')), level('2/a/b')]
  expect(pathsOf(levels, () => undefined)).toEqual(['/a', '/a-b', '/a/b', '/\ufffd', '/\u{1f600}'])
  expect(entriesOf(levels, () => undefined)[2]).toEqual(['/a/b', '2/a/b', 3])
})

test('what is no path is told and left out', () => {
  const odd: string[] = []
  expect(pathsOf([level('1/a', '1/a/b', '1/\xff')], (key) => odd.push(key))).toEqual(['/a'])
  expect(odd).toEqual(['1/a/b', '1/\xff'])
})
