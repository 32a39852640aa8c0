import { DiscoveryError } from '../../../lib/items/discovery/discovery-error.js'
import { DeadbeatError } from '../../../lib/errors/index.js'

test('it is one of ours, with its code and its own name', () => {
  const error = new DiscoveryError('ERR_NO_DAEMON', 'nobody')
  expect(error).toBeInstanceOf(DeadbeatError)
  expect([error.name, error.code, error.message]).toEqual(['DiscoveryError', 'ERR_NO_DAEMON', 'nobody'])
})
