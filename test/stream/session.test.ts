import { afterEach, expect, test } from '@jest/globals'
import { createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NATS_DEFAULTS } from '../../lib/stream/config.js'
import { NatsSession } from '../../lib/stream/session.js'
import { testTrain } from '../../lib/testing/index.js'
import { freePort } from '../support/real-server.js'
import { Cleanups, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

function start(port: number, options: object = {}, connected: () => void = () => undefined) {
  const { esc, clock, train, log } = testTrain()
  const lost: string[] = []
  const settings = { ...NATS_DEFAULTS, servers: [`127.0.0.1:${port}`], retryMs: 10, retryMaxMs: 10, ...options }
  const session = new NatsSession(esc, train.log, settings, { connected, lost: ({ message }) => lost.push(message) })
  cleanups.add(() => session.close())
  return { session, clock, log, lost }
}

/** Something that greets as NATS does, and answers pings. */
async function greeter(): Promise<{ port: number; server: Server; drop: () => void }> {
  const sockets = new Set<import('node:net').Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.write('INFO {"server_id":"x","version":"2.9.10","max_payload":1048576,"headers":true,"proto":1}\r\n')
    socket.on('data', (data) => String(data).includes('PING') && socket.write('PONG\r\n'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const drop = () => sockets.forEach((socket) => socket.end())
  cleanups.add(() => {
    sockets.forEach((socket) => socket.destroy())
    server.close()
  })
  return { port: (server.address() as { port: number }).port, server, drop }
}

test('tries until somebody is there, tells it once, and stops trying at the end', async () => {
  const { session, clock, log } = start(await freePort())
  await session.open('Test')
  await until(() => log.length > 0)
  expect(log[0]?.message).toMatch(/^cannot reach 127\.0\.0\.1:\d+: .*; it is tried again$/)
  clock.advance(10)
  await until(() => log.length > 1)
  expect(log.map(({ level }) => level)).toEqual(['warn', 'debug'])
  await session.close()
  clock.advance(100)
  expect(session.link).toBeNull()
})

test('connects anew when the server ends the connection, and writes nothing to it from then on', async () => {
  const { port, drop } = await greeter()
  const { session, clock, log, lost } = start(port)
  await session.open('Test')
  await until(() => session.link !== null)
  const first = session.link
  drop()
  await until(() => session.link === null)
  first?.nc.publish('a', 'a') // It would end the process if the client's socket had nobody to tell.
  expect(lost).toEqual(['the server closed the connection'])
  await until(() => {
    clock.advance(10)
    return session.link !== null
  })
  expect(session.link).not.toBe(first)
  await until(() => log.some(({ message }) => message.endsWith('again') && message.startsWith('connected')))
})

test('what its owner finds wrong breaks the connection, and is tried again', async () => {
  const { port } = await greeter()
  let times = 0
  const { session, clock, lost } = start(port, {}, () => {
    times += 1
    if (times === 1) throw new Error('not now')
  })
  await session.open('Test')
  await until(() => lost.length > 0)
  expect(lost).toEqual(['not now'])
  await until(() => {
    clock.advance(10)
    return times === 2
  })
})

test('reads credentials before it connects', async () => {
  const file = join(temporary(), 'user.creds')
  await expect(start(1, { credentials: file }).session.open('Test')).rejects.toThrow(/cannot read credentials: ENOENT/)
  writeFileSync(file, 'nothing')
  const { session, log } = start((await greeter()).port, { credentials: file })
  await session.open('Test')
  await until(() => log.some(({ level }) => level === 'warn'))
  expect(log[0]?.message).toMatch(/unable to parse credentials|credentials/i)
})
