import { once } from 'node:events'
import { connect } from 'node:net'
import { makeCertificates } from '../../support/certificates.js'
import { freePort } from '../../support/real-server.js'
import { Cleanups } from '../../support/supplied.js'
import { temporary } from '../../support/temporary.js'
import { bytes, startServed } from './rig.js'
import { KvServer } from '../../../lib/kv/serve/kv-server.js'
import { memoryStore } from '../../support/kv-memory.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

it('tells whoever waits that it ends, and listens no more', async () => {
  const { raw, server, engine, port } = await startServed(cleanups)
  const stream = raw.stream('watch')
  stream.send({ create: { key: 'a' } })
  await stream.next()
  await Promise.all([server.close(), server.close()])
  expect(await stream.ended).toEqual({ code: 14, details: 'etcdserver: server stopped' })
  const [error] = await once(connect(port, '127.0.0.1'), 'error')
  expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  expect((await engine.range([])).revision).toBe(1)
})

it('lets what is under way come to its end, and then is through', async () => {
  const { raw, server, engine } = await startServed(cleanups)
  const commit = engine.commit.bind(engine)
  let go = (): void => undefined
  const began = new Promise<void>((resolve) => {
    engine.commit = async (...asked) => {
      resolve()
      await new Promise<void>((release) => (go = release))
      return commit(...asked)
    }
  })
  const putting = raw.ask('put', { key: 'a', value: bytes('1') })
  await began
  const closing = server.close()
  go()
  expect(await putting).toMatchObject({ header: { revision: 2 } })
  await closing // On a clock that stands: it was not the limit that ended it.
})

it('waits for nobody longer than is allowed', async () => {
  const { raw, server, engine, clock } = await startServed(cleanups, { graceMs: 1000 })
  const began = new Promise<void>((resolve) => {
    engine.commit = () => {
      resolve()
      return new Promise(() => undefined)
    }
  })
  const putting = raw.ask('put', { key: 'a' }).catch((error: unknown) => (error as { code: number }).code)
  await began
  const closing = server.close()
  clock.advance(1000)
  await closing
  expect([1, 14]).toContain(await putting) // It was cut off: cancelled, or, as newer Node has it, dropped.
})

it('closes connections beyond the limit, says so, and the others go on', async () => {
  const { raw, logged, port } = await startServed(cleanups, { connectionsMax: 1 })
  await raw.ask('status', {})
  for (let i = 0; i < 3; i++) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    await once(socket, 'close')
  }
  expect(logged).toEqual(['there were more connections than are allowed'])
  expect(await raw.ask('status', {})).toMatchObject({ raftTerm: 1 })
})

it('takes what is no HTTP/2 for nothing', async () => {
  const { raw, port, logged } = await startServed(cleanups)
  for (const garbage of [
    'GET / HTTP/1.1\r\n\r\n',
    '\0'.repeat(100),
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff',
  ]) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.end(Buffer.from(garbage, 'latin1'))
    socket.resume()
    await once(socket, 'close')
  }
  expect(await raw.ask('status', {})).toMatchObject({ raftTerm: 1 })
  expect(logged).toEqual([])
})

it('under TLS lets in who has a certificate that it trusts, and nobody else', async () => {
  const files = makeCertificates(temporary())
  const tls = { ...files.server, ca: files.ca }
  const { client } = await startServed(cleanups, { host: '0.0.0.0', tls })
  const known = client({ tls: { ca: files.ca, ...files.client } })
  expect(await known.range([])).toMatchObject({ revision: 1 })
  const once = { maxRetries: 0, timeoutMs: 3000 }
  const others = [client({ tls: { ca: files.ca }, ...once }), client(once)]
  for (const other of others) await expect(other.range([])).rejects.toMatchObject({ code: 'ERR_KV_UNAVAILABLE' })
})

it('says where it can not listen', async () => {
  const { port } = await startServed(cleanups)
  const { engine } = memoryStore()
  await expect(KvServer.start(engine, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await expect(KvServer.start(engine, { host: '0.0.0.0' })).rejects.toThrow(/only with TLS/)
  const server = await KvServer.start(engine, { host: '::1', port: await freePort() })
  expect(server.address).toMatch(/^\[::1\]:\d+$/)
  await server.close()
})
