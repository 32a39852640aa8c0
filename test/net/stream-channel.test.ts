import { afterEach, expect, test } from '@jest/globals'
import { StreamChannel } from '../../lib/net/stream-channel.js'
import { TLS_CLIENT_DEFAULTS } from '../../lib/net/tls-options.js'
import { testTrain } from '../../lib/testing/index.js'
import { listener } from '../support/servers.js'
import { Cleanups, turn, until } from '../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

// How it serves a drain is told by the tests of TcpDrain and UnixDrain.
const channel = (port: number) =>
  new StreamChannel(testTrain().esc, {
    address: { host: '127.0.0.1', port },
    tls: TLS_CLIENT_DEFAULTS,
    connectMs: 1000,
  })

test('what was written before it is closed goes first', async () => {
  const peer = await listener(cleanups)
  const one = channel(peer.port)
  expect(one.name).toBe(`127.0.0.1:${peer.port}`)
  await one.send('one')
  one.close()
  await until(() => peer.text() === 'one')
  await until(() => peer.sockets[0]?.closed)
})

test('closed while it connects, what was to be sent fails', async () => {
  const peer = await listener(cleanups)
  const one = channel(peer.port)
  const sending = one.send('one')
  await Promise.resolve()
  one.close()
  await expect(sending).rejects.toMatchObject({ code: 'ERR_CLOSED' })
})

test('closed while the peer does not read, what was under way fails', async () => {
  const peer = await listener(cleanups)
  peer.server.on('connection', (socket) => socket.pause())
  const one = channel(peer.port)
  const sending = one.send('x'.repeat(20_000_000))
  await until(() => peer.sockets.length === 1)
  for (let i = 0; i < 20; i++) await turn()
  one.close()
  await expect(sending).rejects.toMatchObject({ code: 'ERR_CLOSED' })
})
