import { afterEach, expect, test } from '@jest/globals'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { UdpSupply, type UdpSupplyOptions } from '../../cogs/udp-supply.js'
import { itemSetter, type Train } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { Cleanups, supplied, until } from '../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const portOf = (supply: UdpSupply<unknown>) => Number(supply.progress().address?.split(':').at(-1))

/** How many datagrams have come and wait for room in the train. */
const waiting = (supply: UdpSupply<unknown>) =>
  (supply as unknown as { source: { backlog: readonly unknown[] } }).source.backlog.length

async function start(options: Partial<UdpSupplyOptions<unknown>> = {}) {
  const rig = await supplied(cleanups, (train) => new UdpSupply<unknown>(train, { port: 0, ...options }))
  return { ...rig, send: await sender(portOf(rig.supply)) }
}

async function sender(port: number) {
  const socket = createSocket('udp4')
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  cleanups.add(() => socket.close())
  const send = (...texts: (string | Buffer)[]) =>
    Promise.all(texts.map((text) => new Promise((resolve) => socket.send(text, resolve))))
  return Object.assign(send, { port: socket.address().port })
}

test('supplies datagrams, and says whom they came from', async () => {
  const { data, send, got } = await start({ lineSetter: itemSetter('line'), peerSetter: itemSetter('peer') })
  await send('one\n', 'two\nlines', '')
  await got(3)
  const peer = `127.0.0.1:${send.port}`
  expect(data).toEqual(['one', 'two\nlines', ''].map((line) => ({ line, peer })))
})

test('supplies bytes as they came', async () => {
  const { data, send, got } = await start({ encoding: 'bytes' })
  await send(Buffer.from([255, 10]))
  await got(1)
  expect(data).toEqual([Buffer.from([255, 10])])
})

test('keeps datagrams while the train is full, up to a limit, and counts what it drops', async () => {
  const { data, supply, send, got, log } = await start({ backlogBytes: 6 })
  supply.pause()
  await send('one', 'two', 'lost')
  await until(() => supply.progress().dropped === 1)
  expect(data).toEqual([])
  supply.resume()
  await send('four')
  await got(3)
  expect(data).toEqual(['one', 'two', 'four'])
  expect(log.find(({ level }) => level === 'warn')?.message).toMatch(/the train is full, and so are backlogBytes \(6\)/)
})

test('tells how many are lost when it ends while the train is full', async () => {
  const { supply, send, stop, log } = await start()
  supply.pause()
  await send('one', 'two')
  await until(() => waiting(supply) === 2)
  await stop()
  expect(log.find(({ level }) => level === 'warn')?.message).toMatch(/2 datagrams are lost/)
})

test('tells what the kernel dropped, where it shows that', async () => {
  if (process.platform !== 'linux') return
  const { supply, send, got, clock, log } = await start({ receiveBytes: 4096 })
  // While this loop doesn't turn, nobody reads.
  const socket = createSocket('udp4')
  cleanups.add(() => socket.close())
  for (let i = 0; i < 100; i++) socket.send(Buffer.alloc(1000), portOf(supply), '127.0.0.1')
  await got(1)
  clock.advance(10_000)
  await until(async () => {
    await send('more')
    return (supply.progress().kernelDropped ?? 0) > 0
  })
  expect(log.find(({ message }) => message.includes('the kernel dropped'))).toBeDefined()
})

test('says when the kernel gives less memory than it was asked for', async () => {
  if (process.platform !== 'linux') return
  const { log } = await start({ receiveBytes: 2 ** 30 })
  expect(log.find(({ level }) => level === 'warn')?.message).toMatch(
    /not receiveBytes \(1073741824\): raise net.core.rmem_max/,
  )
})

test('says what is in the way of listening', async () => {
  const { supply } = await start()
  await expect(start({ port: portOf(supply) })).rejects.toMatchObject({
    name: 'SourceError',
    code: 'EADDRINUSE',
    message: expect.stringMatching(/another process listens there/),
  })
})

test('hands over what waits, to one at another address too', async () => {
  const old = await start()
  old.supply.pause()
  await old.send('one')
  await until(() => waiting(old.supply) === 1)
  const make = (train: Train) => new UdpSupply<unknown>(train, { port: 0, host: '127.0.0.2' })
  const next = await supplied(cleanups, make, { before: (supply) => supply.inherit(old.supply) })
  await next.got(1)
  await old.stop()
  expect([old.data, next.data, old.log.some(({ message }) => /are lost/.test(message))]).toEqual([[], ['one'], false])
})

test('hands its socket over, with what waits', async () => {
  const old = await start()
  old.supply.pause()
  await old.send('one')
  await until(() => waiting(old.supply) === 1)
  const make = (train: Train) => new UdpSupply<unknown>(train, { port: 0 })
  let sending!: Promise<unknown>
  const next = await supplied(cleanups, make, {
    before: (supply) => {
      supply.inherit(old.supply)
      sending = old.send('two')
    },
  })
  await sending
  await old.stop()
  await old.send('three')
  await next.got(3)
  expect([old.data, next.data]).toEqual([[], ['one', 'two', 'three']])
})

test('refuses a limit that is none', () => {
  const { train } = testTrain()
  expect(() => new UdpSupply(train, { port: 1, backlogBytes: -1 })).toThrow('backlogBytes must be at least 0: it is -1')
})
