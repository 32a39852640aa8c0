import { afterEach, expect, test } from '@jest/globals'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { UdpDrain, type UdpDrainOptions } from '../../cogs/udp-drain.js'
import { Cleanups, drained, until } from '../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

async function start(options: Partial<UdpDrainOptions> = {}) {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  cleanups.add(() => socket.close())
  const got: string[] = []
  socket.on('message', (datagram) => got.push(String(datagram)))
  const { port } = socket.address()
  const rig = await drained<string | Buffer>(
    cleanups,
    (train) => new UdpDrain(train, { host: '127.0.0.1', port, ...options }),
  )
  return { ...rig, got }
}

test('sends each message as a datagram', async () => {
  const { supply, isDone, got, drain } = await start()
  supply.push('one', Buffer.from('two\nlines'), '')
  await isDone(3)
  await until(() => got.length === 3)
  expect(got).toEqual(['one', 'two\nlines', ''])
  expect(drain.flushed).toBe(drain.position())
})

test('refuses a message that is too long, alone', async () => {
  const { supply, isDone, got, dead } = await start({ datagramMax: 3 })
  supply.push('four', 'one')
  await isDone(2)
  await until(() => got.length === 1)
  expect(dead[0]?.error.message).toMatch(/at most datagramMax \(3\) bytes: it has 4/)
})

test('tries again what the system does not send, and acknowledges nothing of it', async () => {
  const { supply, running, clock, log } = await start({ host: '255.255.255.255', retriesMax: 1, retryMs: 10 })
  supply.push('one')
  await until(() => log.some(({ level }) => level === 'warn'))
  clock.advance(10)
  await expect(running).rejects.toMatchObject({ code: 'EACCES', message: expect.stringMatching(/after 2 tries/) })
  expect(supply.acknowledged).toBe(0)
})
