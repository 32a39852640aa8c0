import { METHODS } from '../../../lib/kv/rpc/methods.js'

it('gives each call the name that etcd has for it', () => {
  expect(METHODS.range.path).toBe('/etcdserverpb.KV/Range')
  expect(METHODS.keepAlive.path).toBe('/etcdserverpb.Lease/LeaseKeepAlive')
  expect(new Set(Object.values(METHODS).map(({ path }) => path)).size).toBe(Object.keys(METHODS).length)
})
