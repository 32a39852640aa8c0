import { Refusal, refusal } from '../../../lib/kv/serve/refusal.js'

it('has the code and the words by which clients of etcd know it', () => {
  expect(refusal('leaseMissing')).toMatchObject({ code: 5, details: 'etcdserver: requested lease not found' })
  expect(refusal('compacted')).toMatchObject({
    code: 11,
    details: 'etcdserver: mvcc: required revision has been compacted',
  })
  expect(new Refusal(12, 'no').details).toBe('no')
})
