import { afterEach, expect, test } from '@jest/globals'
import { UdpSink } from '../../lib/log/udp-sink.js'
import { udpServer } from '../support/log-servers.js'
import { freePort } from '../support/real-server.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function make(host: string, port: number) {
  const told: string[] = []
  let tell = (): void => undefined
  const failed = new Promise<void>((resolve) => (tell = resolve))
  const events = {
    failing: (reason: string) => {
      told.push(reason)
      tell()
    },
    lost: (lines: number) => void told.push(`lost ${lines}`),
  }
  const sink = new UdpSink(host, port, { format: (json) => Buffer.from(json), waitingMax: 10_000, retryMs: 1 }, events)
  closing.push(() => sink.close(0))
  return { sink, told, failed }
}

test('lines of before the address is known wait, all arrive in order', async () => {
  const server = await udpServer()
  closing.push(server.close)
  const { sink, told } = make('127.0.0.1', server.port)
  for (const line of ['a', 'b', 'c']) sink.write(line)
  await server.received.count(3)
  sink.write('d')
  expect([await server.received.count(4), told]).toEqual([['a', 'b', 'c', 'd'], []])
})

test('a name is looked up, and again on reopen', async () => {
  const server = await udpServer()
  closing.push(server.close)
  const { sink } = make('localhost', server.port)
  sink.write('a')
  await server.received.count(1)
  sink.reopen()
  sink.write('b')
  expect(await server.received.count(2)).toEqual(['a', 'b'])
})

test('a port where nobody listens is told, and what goes there is counted', async () => {
  const port = await freePort()
  const { sink, told, failed } = make('127.0.0.1', port)
  sink.write('a')
  sink.write('b')
  for (let seen = false; !seen; seen = await Promise.race([failed.then(() => true), later()])) sink.write('c')
  expect(told.find((line) => !line.startsWith('lost'))).toBe(
    `the log can't be sent to udp://127.0.0.1:${port}: ECONNREFUSED`,
  )
  const server = await udpServer(port)
  closing.push(server.close)
  sink.write('after')
  await new Promise<void>((resolve) => {
    const look = () => (server.received.messages.includes('after') ? resolve() : setImmediate(look))
    look()
  })
  expect(told.some((line) => /^lost \d+$/.test(line))).toBe(true)
})

test('a host that has no address is told', async () => {
  const { sink, told, failed } = make('no.such.host.invalid', 514)
  sink.write('a')
  await failed
  expect(told[0]).toMatch(/^the log can't be sent to udp:\/\/no\.such\.host\.invalid:514: E\w+$/)
  expect(sink.last()).toEqual(['a'])
})

function later(): Promise<false> {
  return new Promise((resolve) => setImmediate(() => resolve(false)))
}
