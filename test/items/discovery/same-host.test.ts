import { hostname } from 'node:os'
import { isSameHost } from '../../../lib/items/discovery/same-host.js'

test.each([
  ['Lab', 'lab', true],
  ['localhost', '127.0.0.1', true],
  ['localhost', '::1', true],
  [hostname(), '127.0.0.1', true],
  ['192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['192.0.2.1', '127.0.0.1', false],
])('%s and %s: %s', async (named, said, isSame) => {
  expect(await isSameHost(named, said)).toBe(isSame)
})

test('a name that nobody knows is no other machine', async () => {
  expect(await isSameHost('192.0.2.1', 'no-such-host.invalid')).toBe(false)
})
