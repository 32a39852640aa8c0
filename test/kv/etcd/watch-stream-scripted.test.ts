import { prefixRange } from '../../../lib/kv/engine/range.js'
import type { EtcdOptions } from '../../../lib/kv/etcd/options.js'
import { engineAt, Told } from '../../support/etcd-rig.js'
import { fakeEtcd, header, refusal, silentPort, type Answers, type ServerStream } from '../../support/fake-etcd.js'
import { Cleanups, until } from '../../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

/** What a client asked for on a stream of watches. */
interface Asked {
  readonly key?: string
  readonly from?: number
  readonly id?: number
  readonly cancel?: number
  readonly progress?: true
}

/** A server whose streams do what a test says, and the client of it. */
async function start(version: string, more: Answers = {}, options: EtcdOptions = {}) {
  const servers: ServerStream<'watch'>[] = []
  const asked: Asked[] = []
  let react: (ask: Asked, server: ServerStream<'watch'>) => void = ({ id }, server) => {
    if (id !== undefined) server.write({ header: header(10), watchId: id, created: true })
  }
  const { port } = await fakeEtcd(cleanups, {
    status: () => ({ header: header(10), version }),
    watch: (server) => {
      servers.push(server)
      server.on('data', ({ create, cancel, progress }) => {
        const ask: Asked =
          create !== undefined
            ? { key: create.key, from: create.startRevision, id: create.watchId }
            : cancel !== undefined
              ? { cancel: cancel.watchId }
              : progress !== undefined
                ? { progress: true }
                : {}
        asked.push(ask)
        react(ask, server)
      })
    },
    ...more,
  })
  const engine = engineAt(cleanups, { port }, { retryMs: 1, ...options })
  const open = (from = 0, told = new Told()) => ({ told, watch: engine.watch(prefixRange('k'), from, told) })
  return { engine, servers, asked, open, react: (how: typeof react) => (react = how) }
}

const event = (mod: number, key = 'k') => ({ kv: { key, mod, create: mod, version: 1, value: Buffer.from('v') } })
const isThere = (told: Told): Promise<void> => told.until(({ openedAt }) => openedAt !== null)

it('tells a commit that comes in parts as one', async () => {
  const { open, servers } = await start('3.5.0')
  const { told } = open()
  await isThere(told)
  servers[0]?.write({ header: header(20), watchId: 1, fragment: true, events: [event(11), event(12, 'ka')] })
  servers[0]?.write({ header: header(20), watchId: 1, events: [event(12, 'kb')] })
  await told.until(({ revisions }) => revisions.length === 2)
  expect([told.revisions, told.changes.length]).toEqual([[11, 12], 3])
})

it('begins again behind the last event, and after progress behind that', async () => {
  const { open, servers, asked, react } = await start('3.5.0')
  const { told } = open()
  await isThere(told)
  servers[0]?.write({ header: header(2000), watchId: 1, events: [event(11), event(12)] })
  await told.until(({ revisions }) => revisions.length === 2)
  react(({ id }, server) => id && server.write({ header: header(2000), watchId: id, created: true }))
  servers[0]?.end()
  await until(() => asked.length === 2)
  servers[1]?.write({ header: header(90), watchId: 1 })
  servers[1]?.write({ header: header(95), watchId: 1, events: [event(95)] })
  await told.until(({ revisions }) => revisions.length === 3)
  servers[1]?.emit('error', refusal(14, 'etcdserver: no leader'))
  await until(() => asked.length === 3)
  expect(asked.map(({ from }) => from)).toEqual([0, 13, 96])
})

it('asks for progress where it is told, once for all, and tells it only to who asked', async () => {
  const { engine, open, servers, asked, react } = await start('3.5.13')
  const [one, other, third] = [open(), open(), open()]
  await Promise.all([one, other, third].map(({ told }) => isThere(told)))
  await until(() => engine.tellsProgress)
  one.watch.askProgress()
  other.watch.askProgress()
  await until(() => asked.some(({ progress }) => progress))
  servers[0]?.write({ header: header(50), watchId: -1 })
  await one.told.until(({ progresses }) => progresses.length === 1)
  await until(() => asked.filter(({ progress }) => progress).length === 2)
  servers[0]?.write({ header: header(60), watchId: -1 })
  await other.told.until(({ progresses }) => progresses.length === 1)
  expect([one, other, third].map(({ told }) => told.progresses)).toEqual([[50], [60], []])
  react(({ id }, server) => id && server.write({ header: header(60), watchId: id, created: true }))
  servers[0]?.end()
  await until(() => asked.filter(({ id }) => id !== undefined).length === 6)
  expect(asked.slice(-3).map(({ from }) => from)).toEqual([61, 61, 61])
})

it('asks no server whose answer may overtake events', async () => {
  const { engine, open, servers, asked } = await start('3.4.23')
  const { told, watch } = open()
  await isThere(told)
  watch.askProgress()
  servers[0]?.write({ header: header(50), watchId: -1 })
  servers[0]?.write({ header: header(50), watchId: 1, events: [event(11)] })
  await told.until(({ revisions }) => revisions.length === 1)
  expect([engine.tellsProgress, told.progresses, asked.some(({ progress }) => progress)]).toEqual([false, [], false])
})

it('tells a gap when the cluster is another, or has gone back', async () => {
  let current = 3
  const { open, servers, react, asked } = await start('3.5.0', { range: () => ({ header: header(current) }) })
  const { told } = open()
  await isThere(told)
  react(({ id }, server) => id && server.write({ header: header(10, 8n), watchId: id, created: true }))
  servers[0]?.end()
  await told.until(({ gapAt }) => gapAt !== null)
  expect(told.gapAt).toBe(0)

  react(({ id }, server) => id && server.write({ header: header(3), watchId: id, created: true }))
  const back = open(0)
  await isThere(back.told)
  const before = asked.length
  servers.at(-1)?.write({ header: header(9), watchId: 2, events: [event(9)] })
  await back.told.until(({ revisions }) => revisions.length === 1)
  servers.at(-1)?.end()
  await back.told.until(({ gapAt }) => gapAt !== null)
  expect(asked.slice(before).some(({ from }) => from === 10)).toBe(true)
  current = 9
})

it('waits for a member that is only late', async () => {
  let created = 0
  const { open, servers, react } = await start('3.5.0', { range: () => ({ header: header(10) }) })
  const { told } = open()
  await isThere(told)
  react(({ id }, server) => {
    if (id === undefined) return
    created += 1
    server.write({ header: header(created < 3 ? 5 : 12), watchId: id, created: true })
    if (created === 3) server.write({ header: header(12), watchId: id, events: [event(12)] })
  })
  servers[0]?.end()
  await told.until(({ revisions }) => revisions.length === 1)
  expect([told.gapAt, created]).toEqual([null, 3])
})

it('has only so many questions open at once', async () => {
  const { engine, react, asked } = await start('3.5.0')
  const held: (() => void)[] = []
  react(({ id }, server) => {
    if (id !== undefined) held.push(() => server.write({ header: header(10), watchId: id, created: true }))
  })
  const all = Array.from({ length: 1000 }, (_, i) => {
    const told = new Told()
    engine.watch({ key: `k${i}` }, 0, told)
    return told
  })
  await until(() => asked.length >= 256)
  // Time enough for more to come, if more were asked.
  for (let i = 0; i < 5; i++) await engine.version()
  expect(asked.length).toBe(256)
  for (let i = 0; i < 1000; i++) {
    await until(() => held.length > 0)
    expect(held.length).toBeLessThanOrEqual(256)
    held.shift()?.()
  }
  await Promise.all(all.map(isThere))
})

it('ends a watch with the reason of the server, and the others go on', async () => {
  const { open, servers } = await start('3.5.0')
  const [one, other] = [open(), open()]
  await Promise.all([isThere(one.told), isThere(other.told)])
  servers[0]?.write({ header: header(11), watchId: 1, canceled: true, cancelReason: 'because' })
  servers[0]?.write({ header: header(11), watchId: 2, events: [event(11)] })
  await other.told.until(({ revisions }) => revisions.length === 1)
  expect(one.told.error).toMatchObject({ code: 'ERR_KV_REFUSED', message: expect.stringMatching(/because/) })
})

it('fails where nobody knows of watches', async () => {
  const { port } = await fakeEtcd(cleanups, { status: () => ({ version: '3.5.0' }) })
  const told = new Told()
  engineAt(cleanups, { port }, { retryMs: 1 }).watch({ key: 'a' }, 0, told)
  await told.until(({ error }) => error !== null)
  expect(told.error).toMatchObject({ code: 'ERR_KV_REFUSED' })
})

it('logs in again when a watch is refused on a stream whose login may be over, and believes it then', async () => {
  let logins = 0
  const { open, servers, react } = await start(
    '3.5.0',
    { authenticate: () => ({ token: `t${++logins}` }) },
    { user: 'ann', password: '' },
  )
  const { told } = open()
  await isThere(told)
  react(({ id }, server) => {
    const isFresh = server.metadata.get('token')[0] === 't2'
    const refused = { canceled: true, cancelReason: 'etcdserver: permission denied' }
    if (id !== undefined)
      server.write({ header: header(10), watchId: isFresh ? id : -1, created: true, ...(isFresh ? {} : refused) })
  })
  const late = open()
  await isThere(late.told)
  expect([logins, servers.length, told.error]).toEqual([2, 2, null])
  react(({ id }, server) => {
    if (id !== undefined) {
      server.write({
        header: header(10),
        watchId: -1,
        created: true,
        canceled: true,
        cancelReason: 'permission denied',
      })
    }
  })
  const denied = open()
  await denied.told.until(({ error }) => error !== null)
  expect(denied.told.error).toMatchObject({ code: 'ERR_KV_REFUSED' })
})

it('begins again on answers that make no sense', async () => {
  const { open, servers, asked } = await start('3.5.0')
  const { told } = open()
  await isThere(told)
  const nonsense = [
    { header: undefined, watchId: 1 },
    { header: header(11), watchId: 1, created: true },
    { header: header(11), watchId: 1, events: [{ type: 1 }] },
    Buffer.from('00', 'hex'),
  ]
  for (const [i, answer] of nonsense.entries()) {
    servers[i]?.write(answer)
    await until(() => asked.filter(({ id }) => id !== undefined).length === i + 2)
  }
  // What is for nobody is passed over.
  servers[4]?.write({ header: header(11), watchId: 77, events: [event(11)] })
  servers[4]?.write({ header: header(11), watchId: 1, events: [event(11)] })
  await told.until(({ revisions }) => revisions.length > 0)
  expect([told.revisions, told.error]).toEqual([[11], null])
})

it('begins on the next member where the first hangs', async () => {
  const told = new Told()
  const { port } = await fakeEtcd(cleanups, {
    status: () => ({ header: header(10), version: '3.6.0' }),
    watch: (server) =>
      server.on('data', ({ create }) => {
        if (create !== undefined) server.write({ header: header(10), watchId: create.watchId, created: true })
      }),
  })
  const endpoints = [`127.0.0.1:${await silentPort(cleanups)}`, `127.0.0.1:${port}`]
  const engine = engineAt(cleanups, { port }, { endpoints, connectTimeoutMs: 20, retryMs: 1 })
  engine.watch(prefixRange('k'), 0, told)
  await told.until(({ openedAt }) => openedAt === 10)
})
