import { afterEach, expect, test } from '@jest/globals'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { TcpSupply, type TcpSupplyOptions } from '../../cogs/tcp-supply.js'
import { itemSetter, type Train } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { makeCertificates } from '../support/certificates.js'
import { Cleanups, supplied, turn, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const portOf = (supply: TcpSupply<unknown>) => Number(supply.progress().address?.split(':').at(-1))

async function start(options: Partial<TcpSupplyOptions<unknown>> = {}, more: { inFlightMax?: number } = {}) {
  const rig = await supplied(cleanups, (train) => new TcpSupply<unknown>(train, { port: 0, ...options }), more)
  return { ...rig, port: portOf(rig.supply), dial: () => dial(portOf(rig.supply)) }
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  cleanups.add(() => socket.destroy())
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

test('supplies the lines of many peers, also the last one without a line end', async () => {
  const { data, dial, got } = await start()
  const [a, b] = [await dial(), await dial()]
  a.write('one\r\nt')
  await got(1)
  b.end('three\n')
  await got(2)
  a.end('wo')
  await got(3)
  expect(data).toEqual(['one', 'three', 'two'])
})

test('listens on the loopback unless it is told otherwise', async () => {
  const { supply } = await start()
  expect(supply.progress().address).toMatch(/^127\.0\.0\.1:\d+$/)
})

test('makes data with the setters, and says whom they came from', async () => {
  const setters = { lineSetter: itemSetter('line'), idSetter: itemSetter('id'), peerSetter: itemSetter('peer') }
  const { data, dial, got } = await start(setters)
  const socket = await dial()
  const { port } = socket.address() as AddressInfo
  socket.write('one\ntwo\n')
  await got(2)
  expect(data).toEqual([
    { line: 'one', id: 't0', peer: `127.0.0.1:${port}` },
    { line: 'two', id: 't1', peer: `127.0.0.1:${port}` },
  ])
})

test('supplies messages with their lengths, also such as hold line ends or no text', async () => {
  const { data, dial, got } = await start({ framing: 'length', lengthBytes: 2, encoding: 'bytes' })
  const socket = await dial()
  socket.write(Buffer.from([0, 3, 97, 10, 98, 0, 0, 0]))
  await got(2)
  socket.write(Buffer.from([2, 255, 254]))
  await got(3)
  expect(data).toEqual([Buffer.from('a\nb'), Buffer.alloc(0), Buffer.from([255, 254])])
})

test('cuts a peer off whose message is too long, and keeps the others', async () => {
  const { data, dial, got, log } = await start({ framing: 'length', lineMax: 100 })
  const [good, bad] = [await dial(), await dial()]
  bad.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
  await once(bad, 'close')
  good.write(Buffer.from('\0\0\0\x01a'))
  await got(1)
  expect(data).toEqual(['a'])
  expect(log.filter(({ level }) => level === 'warn')).toMatchObject([
    {
      message: expect.stringMatching(
        /the connection was closed: a message of \d+ bytes is above lineMax \(100\); 18 bytes/,
      ),
    },
  ])
})

test.each([
  ['cut', ['0123', 'ok']],
  ['skip', ['ok']],
] as const)('with longLines %s gives %j of a line that is too long and another', async (longLines, expected) => {
  const { data, dial, got, log } = await start({ lineMax: 4, longLines })
  ;(await dial()).write('0123456\nok\n')
  await got(expected.length)
  expect(data).toEqual(expected)
  expect(log.find(({ level }) => level === 'warn')?.message).toMatch(/a line of 8 bytes is above lineMax \(4\)/)
})

test('with longLines close ends the connection', async () => {
  const { dial, log } = await start({ lineMax: 4, longLines: 'close' })
  const socket = await dial()
  socket.write('0123456\n')
  await once(socket, 'close')
  expect(log.find(({ level }) => level === 'warn')?.message).toMatch(/the connection was closed: a line of 8 bytes/)
})

test('reads nothing while it is paused, so that the peer has to wait', async () => {
  const { data, supply, dial, got } = await start()
  const socket = await dial()
  supply.pause()
  const block = `${'x'.repeat(65_535)}\n`
  let written = 0
  const fill = () => {
    while (socket.write(block)) written += 1
  }
  socket.on('drain', fill)
  fill()
  let before = -1
  while (before !== written) {
    before = written
    for (let i = 0; i < 200; i++) await turn()
  }
  expect(data).toEqual([])
  socket.off('drain', fill)
  supply.resume()
  await got(written)
})

test('does not read a peer that connects while it is paused', async () => {
  const { data, supply, dial, got } = await start()
  supply.pause()
  const socket = await dial()
  socket.write('one\n')
  await until(() => supply.progress().connections === 1)
  for (let i = 0; i < 20; i++) await turn()
  expect(data).toEqual([])
  supply.resume()
  await got(1)
})

test('refuses more peers than it may have', async () => {
  const { supply, dial, port, log } = await start({ connectionsMax: 1 })
  await dial()
  await until(() => supply.progress().connections === 1)
  const second = connect(port, '127.0.0.1').on('error', () => undefined)
  await once(second, 'close')
  expect(supply.progress()).toMatchObject({ connections: 1, refused: 1 })
  expect(log.find(({ level }) => level === 'warn')?.message).toMatch(/there are connectionsMax \(1\) already/)
})

test('closes a peer that says nothing for too long', async () => {
  const { dial, clock, supply, data, got, log } = await start({ idleMs: 1000 })
  const [silent, busy] = [await dial(), await dial()]
  await until(() => supply.progress().connections === 2)
  clock.advance(500)
  busy.write('one\n')
  await got(1)
  clock.advance(500)
  await once(silent, 'close')
  expect([data, supply.progress().connections]).toEqual([['one'], 1])
  expect(log.find(({ level }) => level === 'warn')?.message).toMatch(/nothing came for idleMs \(1000 ms\)/)
})

test('tells what is lost of a message whose peer broke off', async () => {
  const { dial, supply, log, data, got } = await start()
  const socket = await dial()
  socket.write('one\nbegun')
  await got(1)
  socket.resetAndDestroy()
  await until(() => supply.progress().connections === 0)
  expect(data).toEqual(['one'])
  expect(log.find(({ level }) => level === 'warn')?.message).toMatch(
    /ECONNRESET; 5 bytes of an unfinished message are lost/,
  )
})

test('says what is in the way of listening', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.add(() => server.close())
  const { port } = server.address() as AddressInfo
  await expect(start({ port })).rejects.toMatchObject({
    name: 'SourceError',
    code: 'EADDRINUSE',
    message: `cannot listen at 127.0.0.1:${port}: another process listens there (EADDRINUSE): stop it, or choose another address`,
  })
})

test('speaks TLS with clients that have the right certificate, and with no others', async () => {
  const { ca, server, client } = makeCertificates(temporary())
  const { port, data, got, log } = await start({ tls: { ...server, ca } })
  const dialTls = (more: object) => {
    const socket = connectTls({ port, host: '127.0.0.1', ca: readFileSync(ca), ...more }).on('error', () => undefined)
    cleanups.add(() => socket.destroy())
    return socket
  }
  const stranger = dialTls({})
  await until(() => stranger.closed)
  dialTls({ cert: readFileSync(client.cert), key: readFileSync(client.key) }).write('one\n')
  await got(1)
  expect(data).toEqual(['one'])
  const plain = await dial(port)
  plain.write('no TLS at all\n')
  await once(plain, 'close')
  expect(data).toEqual(['one'])
  expect(log.find(({ level }) => level === 'warn')?.message).toMatch(/a client could not speak TLS/)
})

test('says which file for TLS is missing', async () => {
  await expect(start({ tls: { cert: '/nowhere/cert.pem', key: '/nowhere/key.pem' } })).rejects.toMatchObject({
    code: 'ENOENT',
    message: expect.stringMatching(/^cannot read tls.cert: ENOENT/),
  })
  await expect(start({ tls: { cert: '/nowhere/cert.pem' } })).rejects.toThrow('tls.key must be set where tls.cert is')
})

test('hands its sockets over: no byte of an open connection is lost, and none comes twice', async () => {
  const old = await start()
  const socket = await old.dial()
  socket.write('one\ntw')
  await old.got(1)
  const inherit = (supply: TcpSupply<unknown>) => supply.inherit(old.supply)
  const make = (train: Train) => new TcpSupply<unknown>(train, { port: 0 })
  let late!: Socket
  const next = await supplied(cleanups, make, {
    before: (supply) => {
      inherit(supply)
      socket.write('o\n')
      late = connect(old.port, '127.0.0.1')
      cleanups.add(() => late.destroy())
      late.write('three\n')
    },
  })
  await old.stop()
  await next.got(2)
  expect([old.data, [...next.data].sort()]).toEqual([['one'], ['three', 'two']])
  expect(portOf(next.supply)).toBe(old.port)
  ;(await dial(old.port)).write('four\n')
  await next.got(3)
  await next.stop()
  await expect(dial(old.port)).rejects.toThrow('ECONNREFUSED')
})

test('takes over nothing where it shall listen elsewhere', async () => {
  const old = await start()
  const { train } = testTrain()
  const other = new TcpSupply(train, { port: 0, host: '127.0.0.2' })
  other.inherit(old.supply as never)
  expect([other.progress().address, portOf(old.supply)]).toEqual([null, old.port])
})

test('refuses settings that contradict each other', () => {
  const { train } = testTrain()
  expect(() => new TcpSupply(train, { port: 1, encoding: 'bytes' })).toThrow(
    'encoding must be utf8 or latin1 where framing is line: it is "bytes"',
  )
  expect(() => new TcpSupply(train, { port: 1, lineMax: 0 })).toThrow('lineMax must be at least 1: it is 0')
})

test('goes over to the next train on a reload, without a byte lost or twice', async () => {
  const old = await start()
  const socket = await old.dial()
  socket.write('one\ntw')
  await old.got(1)
  const heir = testTrain()
  const supply = new TcpSupply<unknown>(heir.train, { port: 0 })
  const data: unknown[] = []
  heir.train.line(supply)
  heir.train.onOutput((line: unknown) => data.push(line))
  await old.train.leaveTo(heir.train)
  socket.write('o\nthree\n')
  const running = heir.train.run({ signals: false })
  await until(() => data.length === 2)
  expect([old.data, data, portOf(supply)]).toEqual([['one'], ['two', 'three'], old.port])
  await heir.train.stop()
  await running
})
