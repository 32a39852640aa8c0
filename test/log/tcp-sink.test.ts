import { afterEach, expect, test } from '@jest/globals'
import { TcpSink } from '../../lib/log/tcp-sink.js'
import { tcpServer } from '../support/log-servers.js'
import { freePort } from '../support/real-server.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function make(port: number, waitingMax = 100_000_000) {
  const told: string[] = []
  const events = {
    failing: (reason: string) => void told.push(reason),
    lost: (lines: number) => void told.push(`lost ${lines}`),
  }
  const format = (json: string) => Buffer.from(`${Buffer.byteLength(json)} ${json}`)
  const sink = new TcpSink('127.0.0.1', port, { format, waitingMax, retryMs: 1 }, events)
  return { sink, told }
}

async function serve(port?: number) {
  const server = await tcpServer(port)
  closing.push(server.close)
  return server
}

test('lines arrive in order, those of before the connection, too', async () => {
  const { received, port } = await serve()
  const { sink, told } = make(port)
  for (const line of ['a', 'b', 'c']) sink.write(line)
  await received.count(3)
  sink.write('d')
  expect([await received.count(4), told]).toEqual([['a', 'b', 'c', 'd'], []])
  await sink.close(1000)
})

test('closing waits for what the server has not got, more than a socket holds', async () => {
  const { received, port, sockets, server } = await serve()
  server.on('connection', (socket) => socket.pause())
  const { sink, told } = make(port)
  const lines = Array.from({ length: 300 }, (_, n) => `${n} ${'x'.repeat(100_000)}`)
  for (const line of lines) sink.write(line)
  const closed = sink.close(20_000)
  await new Promise((resolve) => setImmediate(resolve))
  while (sockets.size === 0) await new Promise((resolve) => setImmediate(resolve))
  for (const socket of sockets) socket.resume()
  await closed
  expect([await received.count(300), told]).toEqual([lines, []])
})

test('a server that comes later gets what waited, and one that comes back what was written meanwhile', async () => {
  const port = await freePort()
  const { sink, told } = make(port)
  sink.write('a')
  while (told.length === 0) await new Promise((resolve) => setImmediate(resolve))
  expect(told).toEqual([`the log can't be sent to tcp://127.0.0.1:${port}: ECONNREFUSED`])
  const second = await tcpServer(port)
  expect(await second.received.count(1)).toEqual(['a'])
  await second.close()
  await new Promise((resolve) => setImmediate(resolve))
  const third = await serve(port)
  for (let n = 0; !third.received.messages.some((line) => line.startsWith('b')); n++) {
    sink.write(`b${n}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await sink.close(1000)
})

test('lines that nobody took by the end are told', async () => {
  const { sink, told } = make(await freePort())
  sink.write('a')
  sink.write('b')
  await sink.close(1)
  expect(told.at(-1)).toBe('lost 2')
})
