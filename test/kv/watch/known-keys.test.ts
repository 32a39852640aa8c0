import { expect, test } from '@jest/globals'
import type { Kv } from '../../../lib/kv/engine/engine.js'
import { KnownKeys } from '../../../lib/kv/watch/known-keys.js'

const kv = (key: string, mod: number): Kv => ({ key, mod, value: Buffer.from(''), create: 2, version: 1, lease: 0n })
const text = (known: KnownKeys, now: readonly Kv[], revision: number): string[] =>
  known.changesTo(now, revision).map(({ type, kv: { key, mod } }) => `${type} ${key}@${mod}`)

test('leads from the known state to another: puts by revision, then what is gone', () => {
  const known = new KnownKeys([kv('a', 2), kv('b', 3), kv('c', 4)])
  expect(text(known, [kv('a', 2), kv('c', 9), kv('d', 7)], 9)).toEqual(['put d@7', 'put c@9', 'delete b@9'])
})

test('what it learns is known', () => {
  const known = new KnownKeys([kv('a', 2)])
  known.apply([
    { type: 'put', kv: kv('b', 3) },
    { type: 'delete', kv: kv('a', 3) },
  ])
  expect([known.size, text(known, [kv('b', 3)], 3)]).toEqual([1, []])
})
