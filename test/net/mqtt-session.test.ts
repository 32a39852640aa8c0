import { afterEach, expect, test } from '@jest/globals'
import { createServer } from 'node:net'
import { MQTT_DEFAULTS, MqttSession } from '../../lib/net/mqtt-session.js'
import { TLS_CLIENT_DEFAULTS } from '../../lib/net/tls-options.js'
import { testTrain } from '../../lib/testing/index.js'
import { listener } from '../support/servers.js'
import { Cleanups, until } from '../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

// How it serves cogs, with a real broker, is told by the tests of MqttSupply.
async function start(answer: Buffer | null) {
  const peer = await listener(
    cleanups,
    undefined,
    createServer((socket) => {
      socket.once('data', () => answer !== null && socket.write(answer))
    }),
  )
  const { esc, clock, train, log } = testTrain()
  const options = {
    ...MQTT_DEFAULTS,
    port: peer.port,
    clientId: 'a',
    retryMs: 10,
    retryMaxMs: 10,
    tls: TLS_CLIENT_DEFAULTS,
  }
  const told: string[] = []
  const target = {
    connected: () => told.push('connected'),
    packet: () => undefined,
    lost: ({ message }: Error) => told.push(message),
  }
  const session = new MqttSession(esc, train.log, options, true, target)
  cleanups.add(() => session.close())
  await session.open('Cog')
  return { session, clock, told, log, peer }
}

test('says why a broker refuses, and tries again', async () => {
  const { told, clock, peer } = await start(Buffer.from([0x20, 2, 0, 4]))
  await until(() => told.length === 1)
  expect(told).toEqual(['the broker refuses: the user or the password is wrong'])
  clock.advance(10)
  await until(() => peer.sockets.length === 2)
})

test('gives up a connection on which no broker answers', async () => {
  const { told, clock, peer } = await start(null)
  await until(() => peer.text() !== '')
  clock.advance(10_000)
  await until(() => told.length === 1)
  expect(told).toEqual(['no session within connectMs (10000 ms)'])
})

test('notices that a broker says nothing any more', async () => {
  const { told, clock } = await start(Buffer.from([0x20, 2, 0, 0]))
  await until(() => told.length === 1)
  clock.advance(90_000)
  await until(() => told.length === 2)
  expect(told).toEqual(['connected', 'the broker says nothing any more'])
})

test('survives what is no MQTT', async () => {
  const { told } = await start(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await until(() => told.length > 0)
  expect(told[0]).not.toBe('connected')
})
