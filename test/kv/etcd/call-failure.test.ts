import { CallFailure } from '../../../lib/kv/etcd/call-failure.js'

const of = (code: number, details: string): CallFailure => new CallFailure(code, details, true)

it.each([
  [3, 'etcdserver: duplicate key given in txn request', true, false],
  [5, 'etcdserver: requested lease not found', true, false],
  [7, 'etcdserver: permission denied', true, false],
  [8, 'etcdserver: mvcc: database space exceeded', true, false],
  [8, 'etcdserver: too many requests', true, true],
  [8, 'grpc: received message larger than max (2 vs. 1)', true, false],
  [8, 'Received message larger than max (2 vs 1)', false, false],
  [8, 'Bandwidth exhausted or memory limit exceeded', false, true],
  [11, 'etcdserver: mvcc: required revision has been compacted', true, false],
  [14, 'etcdserver: no leader', true, true],
  [14, 'etcdserver: request timed out', false, true],
  [14, 'Connection dropped', false, true],
  [13, 'Received RST_STREAM', false, true],
])('%i %s: refused %s, passing %s', (code, details, isRefusal, isPassing) => {
  expect([of(code, details).isRefusal, of(code, details).isPassing]).toEqual([isRefusal, isPassing])
})

it('knows that a token is over', () => {
  expect(of(16, 'etcdserver: invalid auth token').isTokenGone).toBe(true)
  expect(of(3, 'etcdserver: user name is empty').isTokenGone).toBe(true)
  expect(of(3, 'etcdserver: revision of auth store is old').isTokenGone).toBe(true)
  expect(of(3, 'etcdserver: key is not provided').isTokenGone).toBe(false)
})
