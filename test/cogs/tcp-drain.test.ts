import { afterEach, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { TcpDrain, type TcpDrainOptions } from '../../cogs/tcp-drain.js'
import { testTrain } from '../../lib/testing/index.js'
import { makeCertificates } from '../support/certificates.js'
import { freePort } from '../support/real-server.js'
import { listener } from '../support/servers.js'
import { Cleanups, drained, turn, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const start = (port: number, options: Partial<TcpDrainOptions> = {}) =>
  drained<string | Buffer>(cleanups, (train) => new TcpDrain(train, { host: '127.0.0.1', port, ...options }))

test('sends lines, and they are over once the kernel has them', async () => {
  const peer = await listener(cleanups)
  const { supply, isDone, drain } = await start(peer.port)
  supply.push('one', 'größe')
  expect([supply.acknowledged, drain.position(), drain.flushed]).toEqual([0, 10, 0])
  await isDone(2)
  await until(() => peer.text() === 'one\ngröße\n')
  expect(drain.flushed).toBe(10)
})

test('sends messages with their lengths', async () => {
  const peer = await listener(cleanups)
  const { supply, isDone } = await start(peer.port, { framing: 'length', lengthBytes: 1 })
  supply.push('a\nb', Buffer.from('c'))
  await isDone(2)
  await until(() => peer.text() === '\x03a\nb\x01c')
})

test('what is no message fails alone', async () => {
  const peer = await listener(cleanups)
  const { supply, dead, isDone } = await start(peer.port)
  supply.push({} as never, 'one')
  await isDone(2)
  expect(dead.map(({ error }) => error.message)).toEqual([expect.stringMatching(/a line must be a string: it is {}/)])
})

test('keeps what comes while the peer is away, later and later asking for it', async () => {
  const gone = { port: await freePort() }
  const { supply, clock, isDone, log } = await start(gone.port, { retryMs: 1000, retryMaxMs: 4000 })
  supply.push('one')
  const warnings = () => log.filter(({ level }) => level === 'warn')
  await until(() => warnings().length > 0)
  expect(warnings()).toMatchObject([
    { message: expect.stringMatching(/^cannot send to 127.0.0.1:\d+, it is tried again: .*ECONNREFUSED/) },
  ])
  supply.push('two')
  clock.advance(1000)
  const tries = () => log.filter(({ message }) => message.startsWith('cannot send')).length
  await until(() => tries() === 2)
  const peer = await listener(cleanups, { port: gone.port, host: '127.0.0.1' })
  clock.advance(2000)
  await isDone(2)
  await until(() => peer.text() === 'one\ntwo\n')
  expect(warnings()).toHaveLength(1)
  expect(log.at(-1)?.message).toMatch(/takes data again/)
})

test('connects anew when the peer has closed, and goes on', async () => {
  const peer = await listener(cleanups)
  const { supply, isDone } = await start(peer.port)
  supply.push('one')
  await isDone(1)
  await until(() => peer.text() === 'one\n')
  peer.sockets[0]?.end()
  await until(() => peer.sockets[0]?.closed === true) // The drain has ended its side, too.
  supply.push('two')
  await isDone(2)
  await until(() => peer.text() === 'one\ntwo\n')
  expect(peer.sockets).toHaveLength(2)
})

test('sends again what was under way when the connection broke', async () => {
  const peer = await listener(cleanups)
  peer.server.on('connection', (socket) => {
    if (peer.sockets.length === 1) socket.pause()
  })
  const { supply, drain, clock } = await start(peer.port, { bufferMax: 1000, retryMs: 1 })
  const big = 'x'.repeat(20_000_000) // More than the kernel takes.
  supply.push(big)
  await until(() => peer.sockets.length === 1 && supply.paused)
  expect([drain.full(), supply.acknowledged]).toEqual([true, 0])
  peer.sockets[0]?.resetAndDestroy()
  await until(() => {
    clock.advance(1)
    return supply.acknowledged === 1
  })
  await until(() => peer.sockets[1]?.bytesRead === big.length + 1 && peer.text().endsWith(`${big}\n`))
})

test('ends the train once it was tried often enough, if that is wished', async () => {
  const gone = { port: await freePort() }
  const { supply, clock, running, log } = await start(gone.port, { retriesMax: 1, retryMs: 10 })
  supply.push('one')
  await until(() => log.some(({ level }) => level === 'warn'))
  clock.advance(10)
  await expect(running).rejects.toMatchObject({
    code: 'ECONNREFUSED',
    message: expect.stringMatching(/after 2 tries: .* 4 characters were not sent and are not acknowledged/),
  })
  expect(supply.acknowledged).toBe(0)
})

test('gives up a connection that does not come about in time', async () => {
  const { supply, clock, log } = await start(9, { host: '192.0.2.1', connectMs: 500 })
  supply.push('one')
  for (let i = 0; i < 20; i++) await turn()
  clock.advance(500)
  await until(() => log.some(({ level }) => level === 'warn'))
  expect(log.find(({ level }) => level === 'warn')?.message).toMatch(
    /within connectMs|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED/,
  )
})

test('sends everything before it ends', async () => {
  const peer = await listener(cleanups)
  const { supply, stop } = await start(peer.port)
  supply.push('one', 'two')
  await stop()
  await until(() => peer.text() === 'one\ntwo\n')
  expect(supply.acknowledged).toBe(2)
})

test('ends in its time where the peer is away, and acknowledges nothing', async () => {
  const gone = { port: await freePort() }
  const { supply, train, running, clock, log } = await start(gone.port)
  supply.push('one')
  await until(() => log.some(({ level }) => level === 'warn'))
  const stopped = train.stop()
  await turn()
  clock.advance(60_000)
  await stopped
  await expect(running).rejects.toMatchObject({ code: 'ERR_FINISH_TIMEOUT' })
  expect(supply.acknowledged).toBe(0)
})

test('tells a check-point where it is once that was sent', async () => {
  const peer = await listener(cleanups)
  const { supply, drain, isDone } = await start(peer.port)
  supply.push('one')
  const marks: unknown[] = []
  drain.seal((mark) => marks.push(mark))
  expect(marks).toEqual([])
  supply.push('two')
  await isDone(2)
  expect(marks).toEqual([4])
})

test('speaks TLS with a peer whose certificate is valid, and shows its own', async () => {
  const { ca, server, client } = makeCertificates(temporary())
  const read = ({ cert, key }: { cert: string; key: string }) => ({ cert: readFileSync(cert), key: readFileSync(key) })
  const make = () => createTlsServer({ ...read(server), ca: readFileSync(ca), requestCert: true })
  const peer = await listener(cleanups, undefined, make())
  const names: unknown[] = []
  peer.server.on('secureConnection', (socket: TLSSocket) => names.push(socket.getPeerCertificate().subject.CN))
  const good = await start(peer.port, { tls: { on: true, ca, ...client } })
  good.supply.push('one')
  await good.isDone(1)
  await until(() => peer.text() === 'one\n')
  expect(names).toEqual(['client'])
  const bad = await start(peer.port, { tls: { on: true } })
  bad.supply.push('two')
  await until(() => bad.log.some(({ level }) => level === 'warn'))
  expect(bad.log.find(({ level }) => level === 'warn')?.message).toMatch(/certificate/)
  expect(bad.supply.acknowledged).toBe(0)
})

test('says at the start which file for TLS is missing', async () => {
  await expect(start(1, { tls: { on: true, ca: '/nowhere/ca.pem' } })).rejects.toThrow('cannot read tls.ca: ENOENT')
  const { train } = testTrain()
  expect(() => new TcpDrain(train, { host: 'a', port: 1, bufferMax: 0 })).toThrow('bufferMax must be at least 1')
})
