import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import { Call, type CallStatus } from '../../../lib/kv/etcd/call.js'
import { Endpoint } from '../../../lib/kv/etcd/endpoints.js'
import { etcdSettings } from '../../../lib/kv/etcd/options.js'
import { framed } from '../../../lib/kv/rpc/frames.js'
import { answer, fakeMember, GRPC, type Serve } from '../../support/fake-member.js'
import { Cleanups, until } from '../../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

/** Make a call that says "ask". */
async function call(serve: Serve, metadata = {}, answerBytesMax = 100) {
  const { port } = await fakeMember(cleanups, serve)
  const endpoint = new Endpoint(`127.0.0.1:${port}`, etcdSettings({ answerBytesMax }))
  cleanups.add(() => endpoint.close())
  const messages: string[] = []
  const made: { call?: Call } = {}
  const ended = new Promise<CallStatus>((resolve) => {
    const listener = { received: (message: Buffer) => messages.push(message.toString()), ended: resolve }
    made.call = endpoint.call('/a/b', metadata, listener)
    made.call.send(Buffer.from('ask'), true)
  })
  return { messages, ended, port, call: made.call as Call }
}

it('asks as gRPC wants it, and takes messages and status', async () => {
  const asked: unknown[] = []
  const serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void => {
    asked.push(headers)
    stream.once('data', (frame: Buffer) => asked.push(frame.toString('latin1')))
    answer(stream, Buffer.concat([framed(Buffer.from('one')), framed(Buffer.from('two'))]), { 'grpc-status': '0' })
  }
  const { messages, ended, port } = await call(serve, { token: 'abc' })
  expect(await ended).toEqual({ code: 0, details: '', wasSent: true })
  expect(messages).toEqual(['one', 'two'])
  const head = { ':method': 'POST', ':path': '/a/b', ':scheme': 'http', ':authority': `127.0.0.1:${port}` }
  const more = { 'content-type': 'application/grpc', te: 'trailers', 'user-agent': 'deadbeat', token: 'abc' }
  expect(asked).toEqual([expect.objectContaining({ ...head, ...more }), '\0\0\0\0\x03ask'])
})

it.each<[string, (stream: ServerHttp2Stream) => void, CallStatus]>([
  [
    'a status without an answer, its text with signs for what is not ASCII',
    (stream) => {
      stream.respond({ ...GRPC, 'grpc-status': '5', 'grpc-message': 'caf%C3%A9 50%25' }, { endStream: true })
    },
    { code: 5, details: 'café 50%', wasSent: true },
  ],
  [
    'a text that only looks like that',
    (stream) => {
      stream.respond({ ...GRPC, 'grpc-status': '5', 'grpc-message': '50%' }, { endStream: true })
    },
    { code: 5, details: '50%', wasSent: true },
  ],
  [
    'no gRPC at all',
    (stream) => {
      stream.respond({ ':status': 503 }, { endStream: true })
    },
    { code: 14, details: 'the server answered as HTTP 503', wasSent: true },
  ],
  [
    'another HTTP status',
    (stream) => {
      stream.respond({ ':status': 418 }, { endStream: true })
    },
    { code: 2, details: 'the server answered as HTTP 418', wasSent: true },
  ],
  [
    'no status',
    (stream) => {
      stream.respond(GRPC)
      stream.end()
    },
    { code: 13, details: 'it ended without a status', wasSent: true },
  ],
  [
    'a refusal of the stream, which did nothing',
    (stream) => stream.close(7),
    { code: 14, details: 'the server takes no more calls on this connection', wasSent: false },
  ],
  ['a cancellation', (stream) => stream.close(8), { code: 1, details: 'the server cancelled it', wasSent: true }],
  ['too much', (stream) => stream.close(11), { code: 8, details: 'Bandwidth exhausted', wasSent: true }],
  [
    'another end',
    (stream) => stream.close(2),
    { code: 13, details: "the server ended it by HTTP/2's code 2", wasSent: true },
  ],
  [
    'the end of the connection',
    (stream) => {
      stream.session?.destroy()
    },
    { code: 14, details: 'the connection broke', wasSent: true },
  ],
  [
    'a message that is too long',
    (stream) => answer(stream, framed(Buffer.alloc(101)), { 'grpc-status': '0' }),
    { code: 8, details: 'Received message larger than max (101 vs 100)', wasSent: true },
  ],
  [
    'a compressed message',
    (stream) => answer(stream, Buffer.from('0100000000', 'hex'), { 'grpc-status': '0' }),
    { code: 13, details: 'this is no message of etcd: it is compressed', wasSent: true },
  ],
])('tells of %s', async (_, serve, status) => {
  const { ended, messages } = await call(serve)
  expect(await ended).toEqual(status)
  expect(messages).toEqual([])
})

it('tells the server when it is not wanted any more, and nobody else', async () => {
  let heard = (_code: number | undefined): void => undefined
  const closed = new Promise<number | undefined>((resolve) => (heard = resolve))
  const made = await call((stream) => {
    stream.on('close', () => {
      heard(stream.rstCode)
    })
    stream.respond(GRPC)
    stream.write(framed(Buffer.from('one')))
    made.call.cancel()
    made.call.cancel()
  })
  let status: CallStatus | null = null
  void made.ended.then((told) => (status = told))
  expect(await closed).toBe(8)
  expect(status).toBeNull()
})

it('fails when its connection is gone, and not before whoever began it has it', async () => {
  const told: CallStatus[] = []
  const call = new Call({}, 100, { received: () => undefined, ended: (status) => told.push(status) })
  const request = (): never => {
    throw new Error('the session is gone')
  }
  call.begin({ request } as never)
  expect([call.wasSent, told]).toEqual([false, []])
  await until(() => told.length > 0)
  expect(told).toEqual([{ code: 14, details: 'the session is gone', wasSent: false }])
})
