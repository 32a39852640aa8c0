import { afterEach, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { HttpDrain, type HttpDrainOptions } from '../../cogs/http-drain.js'
import { HttpSupply } from '../../cogs/http-supply.js'
import { testTrain } from '../../lib/testing/index.js'
import { makeCertificates } from '../support/certificates.js'
import { Cleanups, drained, supplied, turn, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

interface Got {
  readonly body: string
  readonly headers: IncomingHttpHeaders
  readonly method: string
}

type Reply = { status: number; headers?: Record<string, string>; text?: string } | 'silence' | 'break'

/** A server that answers as a test says, and 200 when that is over. */
async function server(...replies: Reply[]) {
  const got: Got[] = []
  const http = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const bytes = Buffer.concat(chunks)
      const body = String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes)
      got.push({ body, headers: request.headers, method: request.method ?? '' })
      const reply = replies.shift() ?? { status: 200 }
      if (reply === 'break') request.socket.destroy()
      else if (reply !== 'silence') response.writeHead(reply.status, reply.headers).end(reply.text ?? '')
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  cleanups.add(() => {
    http.closeAllConnections()
    http.close()
  })
  return { got, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/in` }
}

const start = (url: string, options: Partial<HttpDrainOptions> = {}) =>
  drained<unknown, HttpDrain>(cleanups, (train) => new HttpDrain(train, { url, batchMax: 2, ...options }))

const warned = (log: readonly { level: string }[]) => until(() => log.some(({ level }) => level === 'warn'))

test('sends batches of so many data, and they are over once the server said so', async () => {
  const { got, url } = await server()
  const { supply, isDone, drain } = await start(url)
  supply.push('one', 'two', 'three', 'four')
  expect([supply.acknowledged, drain.position(), drain.flushed]).toEqual([0, 4, 0])
  await isDone(4)
  expect(got.map(({ body }) => body)).toEqual(['one\ntwo\n', 'three\nfour\n'])
  expect(got[0]).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/x-ndjson' } })
})

test('sends a batch that is not full once its first datum has waited, and not before', async () => {
  const { got, url } = await server()
  const { supply, isDone, clock } = await start(url, { batchAgeMs: 1000 })
  supply.push('one')
  clock.advance(999)
  for (let i = 0; i < 20; i++) await turn()
  expect(got).toEqual([])
  clock.advance(1)
  await isDone(1)
})

test('sends a batch once it has so many characters', async () => {
  const { got, url } = await server()
  const { supply, isDone } = await start(url, { batchMax: 100, batchBytes: 6 })
  for (const line of ['one', 'two', 'much too long', 'x']) supply.push(line)
  await isDone(3)
  expect(got.map(({ body }) => body)).toEqual(['one\ntwo\n', 'much too long\n'])
})

test('sends JSON, packed, with a token and headers that nobody is shown', async () => {
  const { got, url } = await server()
  const { supply, isDone, drain } = await start(url, {
    body: 'json',
    gzip: true,
    token: 'secret',
    headers: { 'x-key': 'secret' },
    method: 'PUT',
  })
  supply.push({ a: 1 }, 'text')
  await isDone(2)
  expect(got).toMatchObject([
    {
      body: '[{"a":1},"text"]',
      method: 'PUT',
      headers: { authorization: 'Bearer secret', 'x-key': 'secret', 'content-type': 'application/json' },
    },
  ])
  expect(String(drain)).not.toContain('secret')
})

test('what can not be sent fails alone', async () => {
  const { url } = await server()
  const { supply, dead } = await start(url)
  supply.push({ a: 1 })
  expect(dead[0]?.error.message).toMatch(/a line must be a string: it is {"a":1}/)
})

test.each([
  ['500', { status: 500, text: 'ill' }, 1000],
  ['429 with Retry-After', { status: 429, headers: { 'retry-after': '7' } }, 7000],
  ['a broken connection', 'break', 1000],
] as const)('sends a batch again after %s', async (_, reply, afterMs) => {
  const { got, url } = await server(reply)
  const { supply, isDone, clock, log } = await start(url)
  supply.push('one', 'two')
  await warned(log)
  clock.advance(afterMs / 2 - 1)
  for (let i = 0; i < 20; i++) await turn()
  expect([got.length, supply.acknowledged]).toEqual([1, 0])
  clock.advance(afterMs / 2 + 1)
  await isDone(2)
  expect(got.map(({ body }) => body)).toEqual(['one\ntwo\n', 'one\ntwo\n'])
})

test('waits no longer than it may for an answer', async () => {
  const { got, url } = await server('silence')
  const { supply, isDone, clock, log } = await start(url, { timeoutMs: 500 })
  supply.push('one', 'two')
  await until(() => got.length === 1)
  clock.advance(500)
  await warned(log)
  expect(log.find(({ level }) => level === 'warn')?.message).toMatch(/no answer within timeoutMs \(500 ms\)/)
  clock.advance(1000)
  await isDone(2)
})

test('halves a batch that is too large', async () => {
  const { got, url } = await server({ status: 413 }, { status: 413 })
  const { supply, isDone } = await start(url, { batchMax: 4 })
  for (const line of ['1', '2', '3', '4']) supply.push(line)
  await isDone(1)
  expect(got.map(({ body }) => body.length / 2)).toEqual([4, 2, 1])
})

test('stops the train where a batch is refused for good, and acknowledges nothing of it', async () => {
  const { url } = await server({ status: 400, text: 'bad field' })
  const { supply, running } = await start(url)
  supply.push('one', 'two')
  await expect(running).rejects.toMatchObject({
    code: 'ERR_REFUSED',
    message: expect.stringMatching(/refused 2 of 2 data: it answered 400: "bad field"; they are not acknowledged/),
  })
  expect(supply.acknowledged).toBe(0)
})

test('drops what is refused if it is told to, says so and counts it', async () => {
  const { url } = await server({ status: 400 })
  const { supply, isDone, log, drain } = await start(url, { whenRefused: 'drop' })
  supply.push('one', 'two', 'three', 'four')
  await isDone(4)
  expect([drain.progress(), log.find(({ level }) => level === 'error')?.message]).toEqual([
    { refused: 2 },
    expect.stringMatching(/refused 2 of 2 data: it answered 400; they are dropped/),
  ])
})

test('tells which data of a good answer were refused', async () => {
  const { url } = await server({ status: 200, text: '[1]' })
  const refusedGetter = ({ text }: { text: string }) => (text === '' ? [] : (JSON.parse(text) as number[]))
  const { supply, isDone, log, drain } = await start(url, { whenRefused: 'drop', refusedGetter })
  supply.push('one', 'two')
  await isDone(2)
  expect(drain.progress()).toEqual({ refused: 1 })
  expect(log.find(({ level }) => level === 'error')).toMatchObject({ fields: { refused: 1, places: [1] } })
})

test('sends everything before it ends, also what is not due', async () => {
  const { got, url } = await server()
  const { supply, stop } = await start(url)
  supply.push('one')
  await stop()
  expect([got.map(({ body }) => body), supply.acknowledged]).toEqual([['one\n'], 1])
})

test('is full while the server is away', async () => {
  const { supply, drain, log } = await start('http://127.0.0.1:9/', { bufferMax: 5 })
  supply.push('one', 'two')
  await warned(log)
  expect([drain.full(), supply.paused]).toEqual([true, true])
})

test('speaks TLS with HttpSupply, and refuses a certificate that nobody signed', async () => {
  const { ca, server: pair } = makeCertificates(temporary())
  const https = await supplied(cleanups, (train) => new HttpSupply<unknown>(train, { port: 0, tls: pair }))
  const url = `https://${https.supply.progress().address}/`
  const good = await start(url, { tls: { ca } })
  good.supply.push('one', 'two')
  await good.isDone(2)
  expect(https.data).toEqual(['one', 'two'])
  const bad = await start(url)
  bad.supply.push('one', 'two')
  await warned(bad.log)
  expect(bad.log.find(({ level }) => level === 'warn')?.message).toMatch(/certificate/)
})

test('refuses another scheme, and a limit that is none', () => {
  const { train } = testTrain()
  expect(() => new HttpDrain(train, { url: 'ftp://a/' })).toThrow('url must be one of http or https: it is "ftp:"')
  expect(() => new HttpDrain(train, { url: 'http://a/', batchMax: 0 })).toThrow('batchMax must be at least 1: it is 0')
  expect(String(new HttpDrain(train, { url: 'http://user:pass@a/?key=1' }))).toBe('HttpDrain(http://a/)')
})
