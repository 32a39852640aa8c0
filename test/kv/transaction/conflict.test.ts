import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/backend/memory-backend.js'
import { findConflict } from '../../../lib/kv/transaction/conflict.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'

type Write = (kv: MemoryBackend) => Promise<unknown>

test.each<[string, Write, object | null]>([
  ['an update', (kv) => kv.update('/a', '2'), { path: '/a', what: 'written', revision: 4 }],
  ['a deletion', (kv) => kv.delete('/a'), { path: '/a', what: 'deleted', revision: 5 }],
  ['a creation', (kv) => kv.create('/none', '1'), { path: '/none', what: 'created', revision: 4 }],
  ['a key that came into a listing', (kv) => kv.create('/k/y', '1'), { path: '/k/y', what: 'created', revision: 4 }],
  ['a key that left a listing', (kv) => kv.delete('/k/x'), { path: '/k/x', what: 'deleted', revision: 5 }],
  ['an update in a listing', (kv) => kv.update('/k/x', '2'), null],
  ['nothing', () => Promise.resolve(), null],
])('%s is found', async (_, write, found) => {
  const kv = new MemoryBackend({ clock: new ManualClock() })
  await kv.create('/a', '1')
  await kv.create('/k/x', '1')
  const txn = kv.transaction()
  await Promise.all([txn.get('/a'), txn.get('/none'), txn.listKeys('/k/')])
  await write(kv)
  const { revision } = await kv.put('/later', '1')
  const expected = found === null ? null : { readRevision: 3, ...found }
  expect(await findConflict(kv.engine, txn.readSet(), revision)).toEqual(expected)
})
