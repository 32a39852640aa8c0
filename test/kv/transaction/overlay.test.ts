import { expect, test } from '@jest/globals'
import type { Kv } from '../../../lib/kv/engine/engine.js'
import { levelRange } from '../../../lib/kv/levels.js'
import { entriesIn, pathsIn } from '../../../lib/kv/transaction/overlay.js'
import { Writes } from '../../../lib/kv/transaction/writes.js'

function kv(key: string): Kv {
  return { key, value: Buffer.from('old'), create: 2, mod: 3, version: 1, lease: 0n }
}

const level = { range: levelRange('/k/', 0), kvs: [kv('2/k/a'), kv('2/k/b'), kv('2/k/b/odd')] }

test('without writes a listing is what was read', () => {
  const odd: string[] = []
  expect(pathsIn([level], new Writes(), (key) => odd.push(key))).toEqual(['/k/a', '/k/b'])
  expect(entriesIn([level], new Writes(), () => undefined)[0]).toEqual(['/k/a', 'old', 3])
  expect(odd).toEqual(['2/k/b/odd'])
})

test('writes are done in it: deleted, changed and new', () => {
  const writes = new Writes()
  writes.delete('/k/a', '2/k/a')
  writes.delete('/k/never', '2/k/never')
  writes.put('/k/b', '2/k/b', Buffer.from('new'), 'keep')
  writes.put('/k/aa', '2/k/aa', Buffer.from('new'), null)
  writes.put('/other', '1/other', Buffer.from('new'), null)
  const odd: string[] = []
  expect(pathsIn([level], writes, (key) => odd.push(key))).toEqual(['/k/aa', '/k/b'])
  expect(entriesIn([level], writes, () => undefined)).toEqual([
    ['/k/aa', 'new', null],
    ['/k/b', 'new', null],
  ])
  expect(odd).toEqual(['2/k/b/odd'])
})
