import { expect, test } from '@jest/globals'
import { Writes } from '../../../lib/kv/transaction/writes.js'

const bytes = Buffer.from('1')

test('each path is written once, by the last word on it, in the order of the first', () => {
  const writes = new Writes()
  const lease = { id: 7n }
  writes.delete('/b', '1/b')
  writes.put('/a', '1/a', bytes, 'keep')
  writes.put('/b', '1/b', bytes, lease)
  writes.put('/c', '1/c', bytes, null)
  writes.put('/d', '1/d', bytes, null)
  writes.delete('/d', '1/d')
  expect(writes.ops()).toEqual([
    { op: 'put', key: '1/b', value: bytes, lease: 7n },
    { op: 'put', key: '1/a', value: bytes, lease: 'keep' },
    { op: 'put', key: '1/c', value: bytes, lease: 0n },
    { op: 'delete', key: '1/d' },
  ])
  expect([writes.size, writes.leases()]).toEqual([4, [lease]])
})

test('those of a range are found', () => {
  const writes = new Writes()
  writes.put('/k/a', '2/k/a', bytes, null)
  writes.delete('/k/b', '2/k/b')
  writes.put('/x', '1/x', bytes, null)
  expect([...writes.within({ key: '2/k/', end: '2/k0' })].map(([path]) => path)).toEqual(['/k/a', '/k/b'])
})
