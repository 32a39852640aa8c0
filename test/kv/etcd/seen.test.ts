import { Seen } from '../../../lib/kv/etcd/seen.js'
import { header } from '../../support/fake-etcd.js'

it('keeps the highest revision of the cluster of now', () => {
  const seen = new Seen()
  seen.note(undefined)
  expect([seen.clusterId, seen.revision]).toEqual([null, 0])
  for (const revision of [5, 9, 7]) seen.note(header(revision))
  expect([seen.clusterId, seen.revision]).toEqual([7n, 9])
  seen.note(header(2, 8n))
  expect([seen.clusterId, seen.revision]).toEqual([8n, 2])
})
