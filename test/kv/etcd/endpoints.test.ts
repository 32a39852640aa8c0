import { Endpoints } from '../../../lib/kv/etcd/endpoints.js'
import { etcdSettings } from '../../../lib/kv/etcd/options.js'
import { Cleanups } from '../../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

it('goes on with the next member when one fails, and after the last with the first', () => {
  const endpoints = new Endpoints(etcdSettings({ endpoints: ['127.0.0.1:1', '127.0.0.1:2'] }))
  cleanups.add(() => endpoints.close())
  const first = endpoints.current
  endpoints.failed(first)
  const second = endpoints.current
  // Two calls that failed at the same member don't pass over the next.
  endpoints.failed(first)
  expect([first.address, second.address, endpoints.current]).toEqual(['127.0.0.1:1', '127.0.0.1:2', second])
  endpoints.failed(second)
  expect(endpoints.current).toBe(first)
})
