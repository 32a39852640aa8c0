import { expect, test } from '@jest/globals'
import { Committer } from '../../../lib/kv/commit/committer.js'
import { commitReads } from '../../../lib/kv/transaction/commit.js'
import { Writes } from '../../../lib/kv/transaction/writes.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { memoryStore } from '../../support/kv-memory.js'

test('what the store would refuse for its size is not sent', async () => {
  const { engine } = memoryStore({ opsMax: 2 })
  const committer = new Committer(engine, { clock: new ManualClock(), tokens: false })
  const writes = new Writes()
  writes.put('/a', '1/a', Buffer.from('1'), null)
  const read = (path: string) => ({ path, key: `1${path}`, kv: null })
  const keys = ['/x', '/y', '/z'].map(read)
  expect(() => commitReads(committer, { revision: 1, keys, ranges: [] }, writes)).toThrow(
    'at most 2 conditions, one for each key that it has read or listed: it has 3',
  )
  writes.put('/b', '1/b', Buffer.from('1'), null)
  const two = { revision: 1, keys: keys.slice(0, 2), ranges: [] }
  expect(await commitReads(committer, two, writes)).toMatchObject({ ok: true, revision: 2 })
  writes.put('/c', '1/c', Buffer.from('1'), null)
  expect(() => commitReads(committer, two, writes)).toThrow('at most 2 writes: it has 3')
})
