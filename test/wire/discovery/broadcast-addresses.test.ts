import { broadcastsTo } from '../../../lib/wire/discovery/broadcast-addresses.js'

test.each([
  ['127.0.0.1', ['127.255.255.255']],
  ['localhost', ['127.255.255.255']],
  ['::1', []],
  ['0.0.0.0', []],
  ['2001:db8::1', []],
  ['192.0.2.130', ['255.255.255.255', '192.0.2.191']],
  ['198.51.100.1', ['255.255.255.255']],
])('who listens at %s listens for broadcasts at %j', (host, broadcasts) => {
  expect(broadcastsTo(host, [{ address: '192.0.2.130', netmask: '255.255.255.192' }])).toEqual(broadcasts)
})

test('the addresses of this machine are looked up', () => {
  expect(broadcastsTo('203.0.113.77')).toEqual(['255.255.255.255'])
})
