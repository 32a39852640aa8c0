import { bindFirst, closeBound, endpointOf, receiveEach } from '../../lib/wire/socket.js'
import { zmq } from '../../lib/wire/zmq.js'
import { afterTest } from '../support/wire.js'

function dealer() {
  const socket = new (zmq().Dealer)({ linger: 0 })
  afterTest(() => socket.close())
  return socket
}

test('hosts are written as ZeroMQ wants them', () => {
  const hosts = ['127.0.0.1', 'localhost', '', '*', '::1', '[::1]']
  expect(hosts.map((host) => endpointOf(host, 5))).toEqual([
    ...['tcp://127.0.0.1:5', 'tcp://127.0.0.1:5', 'tcp://*:5', 'tcp://*:5', 'tcp://[::1]:5', 'tcp://[::1]:5'],
  ])
})

test('the first free port of a range is taken', async () => {
  const first = await bindFirst(dealer(), '127.0.0.1', 0)
  expect(first).toBeGreaterThan(0)
  expect(await bindFirst(dealer(), '127.0.0.1', [first, first + 20])).toBeGreaterThan(first)
})

test('a port that is taken is refused by an error that names it', async () => {
  const port = await bindFirst(dealer(), '127.0.0.1', 0)
  const again = bindFirst(dealer(), '127.0.0.1', port)
  await expect(again).rejects.toMatchObject({
    code: 'ERR_WIRE_IN_USE',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  })
})

test('an address that is not of this machine is refused', async () => {
  await expect(bindFirst(dealer(), '192.0.2.1', 0)).rejects.toMatchObject({ code: 'ERR_WIRE_IN_USE' })
})

test('reading ends with the socket', async () => {
  const socket = dealer()
  const reading = receiveEach(socket, () => undefined)
  socket.close()
  await expect(reading).resolves.toBeUndefined()
})

test('a port is free once its socket is closed', async () => {
  const socket = dealer()
  const port = await bindFirst(socket, '127.0.0.1', 0)
  await closeBound(socket)
  expect(await bindFirst(dealer(), '127.0.0.1', port)).toBe(port)
})
