import { Duplex } from 'node:stream'
import type { ServerStream } from '../../../lib/kv/serve/grpc.js'
import { METHODS } from '../../../lib/kv/rpc/methods.js'
import { Budget } from '../../../lib/kv/serve/budget.js'
import { serveSettings, type ServeOptions } from '../../../lib/kv/serve/options.js'
import { watchCall } from '../../../lib/kv/serve/watch-call.js'
import { memoryStore } from '../../support/kv-memory.js'
import { Cleanups, turn, until } from '../../support/supplied.js'
import { bytes, startServed, type ClientStream } from './rig.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

async function start(options: ServeOptions = {}) {
  const { raw, clock, engine, server } = await startServed(cleanups, options)
  const put = (key: string, value = '') => raw.ask('put', { key, value: bytes(value) })
  const stream = raw.stream('watch')
  return { raw, clock, engine, server, put, stream }
}

const keysOf = ({ events }: Awaited<ReturnType<ClientStream<'watch'>['next']>>): string[] =>
  events.map(({ type, kv }) => `${type === 1 ? '-' : '+'}${kv?.key}`)

it('tells what comes, and what came from a revision on, many on one stream', async () => {
  const { stream, put, raw } = await start()
  await put('k/1')
  await put('k/2')
  stream.send({ create: { key: 'k/', end: 'k0' } })
  expect(await stream.next()).toMatchObject({ created: true, watchId: 0, header: { revision: 3 } })
  stream.send({ create: { key: 'k/1', startRevision: 2, watchId: 7 } })
  // Who takes this for how far it was told misses nothing either.
  expect(await stream.next()).toMatchObject({ created: true, watchId: 7, header: { revision: 1 } })
  expect(await stream.next()).toMatchObject({ watchId: 7, header: { revision: 2 }, events: [{ kv: { key: 'k/1' } }] })
  await raw.ask('txn', { success: [{ put: { key: 'k/3' } }, { deleteRange: { key: 'k/2' } }] })
  const answer = await stream.next()
  expect([answer.watchId, answer.header?.revision, keysOf(answer)]).toEqual([0, 4, ['+k/3', '-k/2']])
})

it('tells what was there before, and leaves out what filters say', async () => {
  const { stream, put, raw } = await start()
  await put('a', '1')
  stream.send({ create: { key: 'a', prevKv: true } })
  stream.send({ create: { key: 'a', filters: [0] } })
  for (let i = 0; i < 2; i++) await stream.next()
  await put('a', '2')
  expect(await stream.next()).toMatchObject({ watchId: 0, events: [{ prevKv: { value: bytes('1'), mod: 2 } }] })
  await raw.ask('deleteRange', { key: 'a' })
  const both = [await stream.next(), await stream.next()].sort((a, b) => a.watchId - b.watchId)
  expect(both).toMatchObject([
    { watchId: 0, events: [{ type: 1, prevKv: { value: bytes('2') } }] },
    { watchId: 1, events: [{ type: 1, prevKv: undefined }] },
  ])
})

it('ends one when it is told to, and the others go on', async () => {
  const { stream, put } = await start()
  for (let i = 0; i < 2; i++) {
    stream.send({ create: { key: 'a' } })
    await stream.next()
  }
  stream.send({ cancel: { watchId: 99 } })
  stream.send({ cancel: { watchId: 0 } })
  expect(await stream.next()).toMatchObject({ watchId: 0, canceled: true, compactRevision: 0 })
  await put('a')
  expect(await stream.next()).toMatchObject({ watchId: 1 })
  expect(stream.waiting).toBe(0)
})

it('says of a revision that is compacted which can be had: behind that the watch is there', async () => {
  const { stream, put, raw } = await start()
  for (let i = 0; i < 5; i++) await put('a')
  await raw.ask('compact', { revision: 4 })
  stream.send({ create: { key: 'a', startRevision: 2 } })
  expect(await stream.next()).toMatchObject({ created: true, canceled: false })
  expect(await stream.next()).toMatchObject({ canceled: true, compactRevision: 4, watchId: 0 })
})

it('waits for a revision that has not come', async () => {
  const { stream, put } = await start()
  stream.send({ create: { key: 'a', startRevision: 4 } })
  expect(await stream.next()).toMatchObject({ created: true, header: { revision: 1 } })
  for (let i = 0; i < 3; i++) await put('a', String(i))
  expect(await stream.next()).toMatchObject({ events: [{ kv: { mod: 4, value: bytes('2') } }] })
})

it('refuses what can be no watch, and one too many, each by itself', async () => {
  const { stream } = await start({ watchesMax: 2 })
  stream.send({ create: { key: 'a', watchId: 3 } })
  expect(await stream.next()).toMatchObject({ created: true, canceled: false, watchId: 3 })
  const refused = (cancelReason: string) => ({ created: true, canceled: true, watchId: -1, cancelReason })
  stream.send({ create: { key: 'a', watchId: 3 } })
  expect(await stream.next()).toMatchObject(refused('mvcc: duplicate watch ID provided on the WatchStream'))
  stream.send({ create: { key: 'b', end: 'a' } })
  expect(await stream.next()).toMatchObject(refused('mvcc: watcher range is empty'))
  stream.send({ create: {} })
  expect(await stream.next()).toMatchObject({ created: true, canceled: false, watchId: 0 })
  stream.send({ create: { key: 'a' } })
  expect(await stream.next()).toMatchObject(refused('deadbeat: a stream may have at most 2 watches (watchesMax)'))
})

it('answers how far the stream is behind all that happened before, also without a watch', async () => {
  const { stream, put } = await start()
  stream.send({ progress: {} })
  expect(await stream.next()).toMatchObject({ watchId: -1, header: { revision: 1 } })
  stream.send({ create: { key: 'a' } })
  await stream.next()
  await put('b')
  await put('a')
  stream.send({ create: { key: 'b', startRevision: 2 } })
  stream.send({ progress: {} })
  stream.send({ progress: {} })
  const heard = []
  for (let i = 0; i < 5; i++) heard.push(await stream.next())
  const [last] = heard.splice(-1)
  expect(heard.flatMap(keysOf).sort()).toEqual(['+a', '+b'])
  expect(last).toMatchObject({ watchId: -1, header: { revision: 3 } })
})

it('answers it for the slowest of the stream, and asks again for who asked meanwhile', async () => {
  const { stream, put } = await start({ streamBytesMax: 100_000 })
  for (let i = 0; i < 100; i++) await put('a', 'x'.repeat(100_000))
  stream.send({ create: { key: 'b' } })
  await stream.next()
  stream.pause()
  stream.send({ create: { key: 'a', startRevision: 90 } })
  stream.send({ progress: {} })
  stream.send({ create: { key: 'a', startRevision: 2 } })
  await put('c')
  stream.send({ progress: {} })
  stream.resume()
  let told = 0
  const progresses: [told: number, revision: number][] = []
  while (progresses.length < 2) {
    const { watchId, events, header } = await stream.next()
    told += events.length
    if (watchId === -1) progresses.push([told, header?.revision ?? 0])
  }
  expect(progresses.map(([before]) => before)).toEqual([112, 112])
  expect(progresses[1]?.[1]).toBe(102)
})

it('a watch that asked for it is told from time to time that it missed nothing', async () => {
  const { stream, clock, put } = await start({ progressMs: 1000 })
  stream.send({ create: { key: 'a' } })
  stream.send({ create: { key: 'a', progressNotify: true } })
  for (let i = 0; i < 2; i++) await stream.next()
  await put('b')
  clock.advance(1000)
  expect(await stream.next()).toMatchObject({ watchId: 1, events: [], header: { revision: 2 } })
  expect(stream.waiting).toBe(0)
})

it('a client that does not read makes nobody wait, leaves the store meanwhile, and misses nothing', async () => {
  const { raw, put, engine } = await start({ streamBytesMax: 100_000 })
  let opened = 0
  const watch = engine.watch.bind(engine)
  engine.watch = (...asked) => {
    opened += 1
    return watch(...asked)
  }
  const [slow, quick] = [raw.stream('watch'), raw.stream('watch')]
  for (const stream of [slow, quick]) {
    stream.send({ create: { key: 'a' } })
    await stream.next()
  }
  slow.pause()
  const value = 'x'.repeat(100_000)
  for (let i = 0; i < 100; i++) {
    await put('a', value)
    expect((await quick.next()).events).toHaveLength(1)
  }
  const before = opened
  slow.resume()
  const versions: number[] = []
  while (versions.length < 100) versions.push(...(await slow.next()).events.map(({ kv }) => kv?.version ?? 0))
  expect(versions).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
  expect(opened).toBeGreaterThan(before)
})

it('a client that asks without end and does not read is asked to wait', async () => {
  const { engine } = memoryStore()
  let asked = 0
  const range = engine.range.bind(engine)
  engine.range = (...what) => {
    asked += 1
    return range(...what)
  }
  const settings = serveSettings({})
  const served = { engine, settings, clusterId: 1n, memberId: 2n, address: '', buffered: new Budget(1) }
  let isReading = false
  const held: (() => void)[] = []
  const read = (): void => undefined
  const write = (_answer: Buffer, _encoding: string, done: () => void): void => {
    if (isReading) done()
    else held.push(done)
  }
  const stream = new Duplex({ objectMode: true, read, write })
  watchCall(served, stream as unknown as ServerStream)
  const wrong = METHODS.watch.request.encode({ create: { key: 'b', end: 'a' } })
  for (let i = 0; i < 3000; i++) stream.push(wrong)
  for (let before = -1; asked > before;) {
    before = asked
    for (let i = 0; i < 20; i++) await turn()
  }
  expect(asked).toBeLessThan(1100)
  isReading = true
  for (const done of held) done()
  await until(() => asked === 3000)
})

it('ends when the store does, and says so', async () => {
  const { stream, engine } = await start()
  stream.send({ create: { key: 'a' } })
  await stream.next()
  await engine.close()
  expect(await stream.ended).toEqual({ code: 14, details: 'etcdserver: server stopped' })
})
