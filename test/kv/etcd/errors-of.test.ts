import { CallFailure } from '../../../lib/kv/etcd/call-failure.js'
import { errorOf } from '../../../lib/kv/etcd/errors-of.js'

const failed = (code: number, details: string, wasSent = true) => new CallFailure(code, details, wasSent)
const asked = { isWrite: false, revision: 7 }

it.each([
  [failed(11, 'etcdserver: mvcc: required revision has been compacted'), 'ERR_KV_COMPACTED', /revision 7/],
  [failed(11, 'etcdserver: mvcc: required revision is a future revision'), 'ERR_KV_FUTURE_REVISION', /revision 7/],
  [failed(11, 'etcdserver: too large lease TTL'), 'ERR_KV_REFUSED', /too large lease/],
  [failed(3, 'etcdserver: key not found'), 'ERR_KV_REFUSED', /is to keep its value or its lease/],
  [failed(3, 'etcdserver: key is not provided'), 'ERR_KV_REFUSED', /refused: key is not provided/],
  [failed(3, 'etcdserver: user name is empty'), 'ERR_KV_REFUSED', /name is empty: it asks for a login/],
  [failed(7, 'etcdserver: permission denied'), 'ERR_KV_REFUSED', /permission denied/],
  [failed(12, 'unknown service'), 'ERR_KV_REFUSED', /unknown service/],
  [failed(8, 'etcdserver: mvcc: database space exceeded'), 'ERR_KV_UNAVAILABLE', /space exceeded/],
  [failed(14, 'Connection dropped'), 'ERR_KV_UNAVAILABLE', /Connection dropped/],
] as const)('%s of a read', (failure, code, message) => {
  expect(errorOf('etcd', failure, asked)).toMatchObject({ code, message: expect.stringMatching(message) })
})

it('says of a write that may have been received that nobody knows', () => {
  const error = errorOf('etcd', failed(14, 'Connection dropped'), { isWrite: true })
  expect(error).toMatchObject({ code: 'ERR_KV_OUTCOME_UNKNOWN' })
  expect(errorOf('etcd', failed(8, 'Received message larger than max'), { isWrite: true })).toMatchObject({
    code: 'ERR_KV_OUTCOME_UNKNOWN',
  })
})

it('says of one that was never sent, or was refused, that nothing was changed', () => {
  expect(errorOf('etcd', failed(14, 'no connection', false), { isWrite: true })).toMatchObject({
    code: 'ERR_KV_UNAVAILABLE',
  })
  expect(errorOf('etcd', failed(14, 'etcdserver: no leader'), { isWrite: true })).toMatchObject({
    code: 'ERR_KV_UNAVAILABLE',
  })
})

it('names the lease that is lost, and how many operations were too many', () => {
  const lost = failed(5, 'etcdserver: requested lease not found')
  expect(errorOf('etcd', lost, { isWrite: true, lease: 255n }).message).toMatch(/lease ff is lost/)
  expect(errorOf('etcd', lost, { isWrite: false })).toMatchObject({ code: 'ERR_KV_REFUSED' })
  const many = failed(3, 'etcdserver: too many operations in txn request')
  expect(errorOf('etcd', many, { isWrite: true, ops: 130 }).message).toMatch(/it has 130.*--max-txn-ops/)
})

it('leaves an error of another kind as it is', () => {
  const error = new TypeError('x')
  expect(errorOf('etcd', error, asked)).toBe(error)
})
