import { isLoopback } from '../../lib/net/is-loopback.js'

test('all of 127/8, ::1 and localhost stay on this machine; other names, and what others reach, do not count', () => {
  expect(['127.0.0.1', '127.255.0.9', '::1', 'localhost'].filter(isLoopback)).toHaveLength(4)
  const others = ['', '::', '0.0.0.0', '127.0.0.1.example.org', '127.1', '::ffff:127.0.0.1', '192.0.2.1', 'me.local']
  expect(others.filter(isLoopback)).toEqual([])
})
