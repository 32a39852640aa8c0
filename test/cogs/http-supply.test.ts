import { afterEach, expect, test } from '@jest/globals'
import { connect } from 'node:net'
import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { HttpSupply, type HttpSupplyOptions } from '../../cogs/http-supply.js'
import { itemSetter, type Train } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { Keep } from '../support/engine-kit.js'
import { Cleanups, supplied, until } from '../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

type Answer = { status: number; json: { accepted?: number; error?: string }; headers: Record<string, unknown> }

const portOf = (supply: HttpSupply<unknown>) => Number(supply.progress().address?.split(':').at(-1))

const post = (port: number, body: string | Buffer, { path = '/', method = 'POST', headers = {} } = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const asking = request({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += String(chunk)))
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          json: JSON.parse(text) as Answer['json'],
          headers: response.headers,
        })
      })
    })
    asking.on('error', reject)
    asking.end(body)
  })

async function start(options: Partial<HttpSupplyOptions<unknown>> = {}) {
  const rig = await supplied(cleanups, (train) => new HttpSupply<unknown>(train, { port: 0, ...options }))
  const port = portOf(rig.supply)
  return { ...rig, port, post: (body: string | Buffer, how = {}) => post(port, body, how) }
}

test('supplies the lines of a body, and answers with their number', async () => {
  const { data, post } = await start()
  expect(await post('one\r\ntwo\n\nthree')).toMatchObject({ status: 200, json: { accepted: 4 } })
  expect(data).toEqual(['one', 'two', '', 'three'])
  expect(await post('')).toMatchObject({ status: 200, json: { accepted: 0 } })
})

test.each([
  ['json', '[1,{"__proto__":{"a":1}}]', [1, JSON.parse('{"__proto__":{"a":1}}')]],
  ['json', '{"a":1}', [{ a: 1 }]],
  ['json', 'null', [null]],
  ['raw', 'a\nb\n', ['a\nb\n']],
] as const)('with body %s gives of %j what it holds', async (body, text, expected) => {
  const { data, post } = await start({ body })
  expect((await post(text)).status).toBe(200)
  expect(data).toEqual(expected)
})

test('makes data with the setters', async () => {
  const { data, post } = await start({
    lineSetter: itemSetter('line'),
    idSetter: itemSetter('id'),
    peerSetter: itemSetter('peer'),
  })
  await post('one')
  expect(data).toEqual([{ line: 'one', id: 't0', peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/) }])
})

/** A train in which a test keeps what came. */
async function keeping(options: Partial<HttpSupplyOptions<unknown>> = {}) {
  const rig = testTrain()
  const supply = new HttpSupply<unknown>(rig.train, { port: 0, ...options })
  const keep = new Keep<unknown>(rig.train, {})
  rig.train.line(supply, keep)
  rig.train.onOutput(() => undefined)
  let isStarted = false
  const running = rig.train.run({ signals: false, onStarted: () => (isStarted = true) })
  running.catch(() => undefined)
  await until(() => isStarted)
  cleanups.add(async () => {
    while (keep.holds.length > 0) keep.resume(null)
    await rig.train.stop()
  })
  return { ...rig, supply, keep, running, port: portOf(supply) }
}

test('answers only once all that came of a request is over', async () => {
  const { keep, port } = await keeping()
  let answer: Answer | null = null
  void post(port, 'one\ntwo').then((got) => (answer = got))
  await until(() => keep.holds.length === 2)
  keep.resume([1])
  expect(answer).toBeNull()
  keep.resume(null)
  await until(() => answer !== null)
  expect(answer).toMatchObject({ status: 200, json: { accepted: 2 } })
})

test('answers at once if it is told to', async () => {
  const { keep, port } = await keeping({ answer: 'accepted' })
  expect(await post(port, 'one')).toMatchObject({ status: 202, json: { accepted: 1 } })
  expect(keep.holds).toHaveLength(1)
})

test('answers 429 while the train is full, or too many wait', async () => {
  const { supply, keep, port } = await keeping({ requestsMax: 1 })
  supply.pause()
  expect(await post(port, 'one')).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
  supply.resume()
  void post(port, 'one').catch(() => undefined)
  await until(() => keep.holds.length === 1)
  expect(await post(port, 'two')).toMatchObject({ status: 429 })
  expect(supply.progress().refused).toBe(2)
})

test('answers 503 to those who wait when the train has to stop', async () => {
  const { keep, port, train, clock, running } = await keeping()
  const answer = post(port, 'one')
  await until(() => keep.holds.length === 1)
  const stopped = train.stop()
  await until(() => train.settings.finishTimeoutMs > 0)
  clock.advance(train.settings.finishTimeoutMs)
  await stopped
  expect(await answer).toMatchObject({ status: 503, json: { error: 'the server stops' } })
  await expect(running).rejects.toThrow('HttpSupply did not finish within finishTimeoutMs')
})

test('a dead letter has the line that failed as it came', async () => {
  const rig = testTrain()
  const supply = new HttpSupply<unknown>(rig.train, { port: 0, body: 'json' })
  rig.train.onOutput(() => undefined)
  rig.train.line(supply, (data: unknown) => {
    if (data === 2) throw new Error('not two')
    return [data]
  })
  let isStarted = false
  void rig.train.run({ signals: false, onStarted: () => (isStarted = true) })
  await until(() => isStarted)
  cleanups.add(() => rig.train.stop())
  expect(await post(portOf(supply), '[1,2]')).toMatchObject({ status: 200 })
  expect(rig.dead.map(({ original }) => String(original))).toEqual(['2'])
})

test.each([
  [404, 'a', { path: '/elsewhere' }],
  [405, '', { method: 'GET' }],
  [401, 'a', {}],
  [401, 'a', { headers: { authorization: 'Bearer wrong' } }],
  [413, 'x'.repeat(101), { headers: { authorization: 'Bearer secret' } }],
  [413, 'x'.repeat(101), { headers: { authorization: 'Bearer secret', 'transfer-encoding': 'chunked' } }],
  [413, gzipSync('x'.repeat(10_000)), { headers: { authorization: 'Bearer secret', 'content-encoding': 'gzip' } }],
  [415, 'a', { headers: { authorization: 'Bearer secret', 'content-encoding': 'br' } }],
  [400, 'a', { headers: { authorization: 'Bearer secret', 'content-encoding': 'gzip' } }],
  [400, '{', { headers: { authorization: 'Bearer secret' } }],
] as const)('refuses with %i what it may not take', async (status, body, how) => {
  const { post, data, supply } = await start({ token: 'secret', bodyMax: 100, body: 'json' })
  const answer = await post(body, how)
  expect(answer).toMatchObject({ status, json: { error: expect.any(String) } })
  expect(data).toEqual([])
  expect(
    await post(gzipSync('[1]'), { headers: { authorization: 'Bearer secret', 'content-encoding': 'gzip' } }),
  ).toMatchObject({ status: 200 })
  expect(supply.toString()).not.toContain('secret')
})

test('survives what is no HTTP, and a client that goes away in the middle', async () => {
  const { port, post, data } = await start()
  const noise = connect(port, '127.0.0.1').on('error', () => undefined)
  noise.write('\0\0\0no HTTP at all\r\n\r\n')
  await until(() => noise.closed || noise.readableLength > 0 || noise.bytesRead > 0)
  noise.destroy()
  const half = connect(port, '127.0.0.1').on('error', () => undefined)
  half.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf')
  await until(() => half.bytesWritten > 40)
  half.resetAndDestroy()
  expect((await post('one')).status).toBe(200)
  expect(data).toEqual(['one'])
})

test('hands its server over, with a request whose body is still coming', async () => {
  const old = await start()
  const socket = connect(old.port, '127.0.0.1').on('error', () => undefined)
  cleanups.add(() => socket.destroy())
  socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 7\r\n\r\none')
  await until(() => old.supply.progress().connections === 1)
  await old.post('before') // Behind it, so that the head of the other has come.
  const make = (train: Train) => new HttpSupply<unknown>(train, { port: 0 })
  const next = await supplied(cleanups, make, { before: (supply) => supply.inherit(old.supply) })
  await old.stop()
  socket.write('\ntwo')
  await next.got(2)
  let answer = ''
  socket.on('data', (chunk) => (answer += String(chunk)))
  await until(() => answer.includes('"accepted":2'))
  expect((await post(old.port, 'three')).status).toBe(200)
  expect([old.data, next.data]).toEqual([['before'], ['one', 'two', 'three']])
})

test('answers 503 to one whose body is still coming when the train stops', async () => {
  const { port, supply, post, stop } = await start()
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  cleanups.add(() => socket.destroy())
  let answer = ''
  socket.on('data', (chunk) => (answer += String(chunk)))
  socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 7\r\n\r\none')
  await until(() => supply.progress().connections === 1)
  await post('before') // Behind it, so that the head of the other has come.
  await stop()
  await until(() => answer.startsWith('HTTP/1.1 503 '))
})
