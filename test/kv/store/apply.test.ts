import { expect, test } from '@jest/globals'
import type { Compare } from '../../../lib/kv/engine/engine.js'
import { MemoryRows } from '../../../lib/kv/memory/memory-rows.js'
import { applyCommit, deleteKeys, holds } from '../../../lib/kv/store/apply.js'

function start() {
  const rows = new MemoryRows()
  rows.addLease(7n)
  const put = (key: string, lease = 0n) => ({ op: 'put', key, value: Buffer.from(key), lease }) as const
  applyCommit(rows, 'here', [], [put('a'), put('b', 7n)])
  return { rows, put }
}

test.each<[Compare, boolean]>([
  [{ key: 'a', target: 'version', is: '=', than: 1 }, true],
  [{ key: 'a', target: 'mod', is: '>', than: 2 }, false],
  [{ key: 'none', target: 'create', is: '=', than: 0 }, true],
  [{ key: 'b', target: 'lease', is: '=', than: 7n }, true],
  [{ key: 'a', target: 'lease', is: '<', than: 1n }, true],
  [{ key: 'b', target: 'lease', is: '!=', than: 7n }, false],
  [{ key: 'a', target: 'value', is: '=', than: Buffer.from('a') }, true],
  [{ key: 'a', target: 'value', is: '>', than: Buffer.from('Z') }, true],
  [{ key: 'none', target: 'value', is: '=', than: Buffer.alloc(0) }, false],
  [{ key: 'none', target: 'value', is: '!=', than: Buffer.alloc(0) }, false],
  [{ key: 'a', end: 'c', target: 'version', is: '=', than: 1 }, true],
])('condition %j: %s', (compare, expected) => {
  expect(holds(start().rows, compare)).toBe(expected)
})

test('if a condition does not hold, the other operations are done', () => {
  const { rows, put } = start()
  const never: Compare = { key: 'a', target: 'version', is: '=', than: 9 }
  expect(applyCommit(rows, 'here', [never], [put('yes')], [put('no')])).toMatchObject({ ok: false, revision: 3 })
  expect(rows.get('yes')).toBeUndefined()
  expect(rows.get('no')).toMatchObject({ mod: 3 })
})

test('keys are deleted as one revision, and what is not there costs none', () => {
  const { rows } = start()
  expect(deleteKeys(rows, ['a', 'b', 'none'])).toBe(true)
  expect([...rows.changes(3, 3)]).toMatchObject([{ revision: 3, changes: [{ type: 'delete' }, { type: 'delete' }] }])
  expect(deleteKeys(rows, ['a'])).toBe(false)
  expect(rows.revision).toBe(3)
})
