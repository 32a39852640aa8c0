import { expect, test } from '@jest/globals'
import type { Kv } from '../../../lib/kv/engine/engine.js'
import { levelRange } from '../../../lib/kv/levels.js'
import { keyOf } from '../../../lib/kv/path.js'
import { comparesOf } from '../../../lib/kv/transaction/compares.js'
import type { ReadKey, ReadRange } from '../../../lib/kv/transaction/read-set.js'

function kv(path: string, mod = 5): Kv {
  return { key: keyOf(path), value: Buffer.from('1'), create: 2, mod, version: 1, lease: 0n }
}

function got(path: string, mod?: number): ReadKey {
  return { path, key: keyOf(path), kv: mod === undefined ? null : kv(path, mod) }
}

function listed(path: string, ...found: string[]): ReadRange {
  return { path, level: 0, range: levelRange(path, 0), kvs: found.map((each) => kv(each)) }
}

function compares(keys: ReadKey[], ranges: ReadRange[]): string[] {
  return comparesOf({ revision: 9, keys, ranges }).map(
    ({ key, end, target, is, than }) => `${key}${end === undefined ? '' : '…'} ${target} ${is} ${String(than)}`,
  )
}

test('a key must have its last write still, or still be missing', () => {
  expect(compares([got('/a', 7), got('/b')], [])).toEqual(['1/a mod = 7', '1/b version = 0'])
})

test('a listing must have the keys that it had, and none that came since', () => {
  expect(compares([], [listed('/k/', '/k/a', '/k/b')])).toEqual([
    ...['2/k/… create < 10', '2/k/a version > 0', '2/k/b version > 0'],
  ])
})

test('an empty listing must be empty', () => {
  expect(compares([], [listed('/k/')])).toEqual(['2/k/… version = 0'])
})

test('nothing is a condition that follows from another', () => {
  const keys = [got('/k/a', 5), got('/k/none'), got('/e/none'), got('/x')]
  expect(compares(keys, [listed('/k/', '/k/a', '/k/b'), listed('/k/b', '/k/b'), listed('/e/')])).toEqual([
    ...['2/k/a mod = 5', '1/x version = 0'],
    ...['2/k/… create < 10', '2/k/b version > 0', '2/k/b… create < 10', '2/e/… version = 0'],
  ])
})
