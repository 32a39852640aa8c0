import { expect, test } from '@jest/globals'
import { givenSockets, takeSockets } from '../../lib/net/given-sockets.js'

const own = String(process.pid)

test('sockets have the names of the unit, and those without one are unknown', () => {
  const env = { LISTEN_PID: own, LISTEN_FDS: '4', LISTEN_FDNAMES: 'syslog::syslog' }
  expect(takeSockets(env)).toEqual([
    { name: 'syslog', fd: 3 },
    { name: 'unknown', fd: 4 },
    { name: 'syslog', fd: 5 },
    { name: 'unknown', fd: 6 },
  ])
})

test.each([
  ['of another process', { LISTEN_PID: '1', LISTEN_FDS: '1' }],
  ['of nobody', { LISTEN_FDS: '1' }],
  ['without a count', { LISTEN_PID: own, LISTEN_FDS: 'many' }],
  ['of an impossible number', { LISTEN_PID: own, LISTEN_FDS: '99999999' }],
])('those %s are none, and the variables go all the same', (_, given) => {
  const env: Record<string, string> = { ...given, LISTEN_FDNAMES: 'a', LISTEN_PIDFDID: '7', PATH: '/bin' }
  expect(takeSockets(env)).toEqual([])
  expect(env).toEqual({ PATH: '/bin' })
})

test("the process's own are read once", () => {
  expect(givenSockets()).toEqual([])
  process.env['LISTEN_FDS'] = '1'
  expect(givenSockets()).toEqual([])
  delete process.env['LISTEN_FDS']
})
