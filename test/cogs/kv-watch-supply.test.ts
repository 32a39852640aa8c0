import { afterEach, expect, test } from '@jest/globals'
import { KvWatchSupply, type KvEvent, type KvWatchSupplyOptions } from '../../cogs/kv-watch-supply.js'
import { MemoryBackend, UnavailableError } from '../../lib/kv/index.js'
import { Cog, itemSetter, type Hold, type Json, type TrainOptions } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { MemoryCheckpoints } from '../support/crash-train/world.js'
import { Cleanups, supplied, turn, until } from '../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

type Options = Partial<KvWatchSupplyOptions<KvEvent>>

const text = ({ path, value, revision, isSnapshot, afterGap }: KvEvent): string =>
  `${revision} ${path}=${value ?? '-'}${isSnapshot ? ' there' : ''}${afterGap ? ' gap' : ''}`

async function database(...paths: string[]): Promise<MemoryBackend> {
  const kv = new MemoryBackend()
  for (const path of paths) await kv.put(path, 'first')
  return kv
}

async function start(kv: MemoryBackend, options: Options = {}, mark: Json = null, train: TrainOptions = {}) {
  const rig = await supplied(cleanups, (winder) => new KvWatchSupply(winder, { kv, path: '/a', ...options }), {
    ...train,
    before: (supply) => {
      if (mark !== null) supply.continueFrom(mark)
    },
  })
  const texts = (): string[] => (rig.data as KvEvent[]).map(text)
  /** Stop, as if killed: what a check-point has by then. */
  const kill = async (): Promise<Json> => {
    const left = JSON.parse(JSON.stringify(rig.supply.mark())) as Json
    await rig.stop()
    return left
  }
  /** The watch is there: what is written now is a change. */
  const watching = (): Promise<void> => until(() => 'position' in ((rig.supply.mark() as object | null) ?? {}))
  return { ...rig, texts, kill, watching }
}

test('what is there comes first, then what changes', async () => {
  const kv = await database('/a/c', '/a', '/ab', '/a/b')
  const { got, texts, watching, supply } = await start(kv)
  await got(3)
  await watching()
  await kv.put('/a/b', 'second')
  await kv.delete('/a')
  await got(5)
  expect(texts()).toEqual(['3 /a=first there', '5 /a/b=first there', '2 /a/c=first there', '6 /a/b=second', '7 /a=-'])
  expect(supply.progress()).toEqual({ revision: 7 })
})

test.each<[KvWatchSupplyOptions<KvEvent>['extent'], string[]]>([
  ['key', ['/a']],
  ['prefix', ['/a', '/ab']],
  ['children', ['/a/b']],
  ['subtree', ['/a', '/a/b', '/a/b/c']],
])('of the extent %s', async (extent, paths) => {
  const kv = await database('/a', '/ab', '/a/b', '/a/b/c')
  const { got, data } = await start(kv, extent === undefined ? {} : { extent })
  await got(paths.length)
  await turn()
  expect((data as KvEvent[]).map(({ path }) => path)).toEqual(paths)
})

test('without a snapshot only changes are supplied', async () => {
  const kv = await database('/a')
  const { got, texts, watching } = await start(kv, { snapshot: false })
  await watching()
  await kv.put('/a', 'second')
  await got(1)
  expect(texts()).toEqual(['3 /a=second'])
})

test('the id goes where it is asked to, and the datum is its own', async () => {
  const kv = await database('/a')
  const { got, data } = await start(kv, { idSetter: itemSetter('id') })
  await got(1)
  expect(data[0]).toEqual({
    id: expect.any(String),
    path: '/a',
    value: 'first',
    revision: 2,
    isSnapshot: true,
    afterGap: false,
  })
})

test('a run goes on where the one before has come to, and what was written meanwhile comes once', async () => {
  const kv = await database('/a', '/a/b')
  const first = await start(kv)
  await first.got(2)
  await first.watching()
  await kv.put('/a', 'second')
  await first.got(3)
  const mark = await first.kill()
  await kv.put('/a/b', 'third')
  await kv.delete('/a')
  const second = await start(kv, {}, mark)
  await second.got(2)
  await kv.put('/a', 'fourth')
  await second.got(3)
  expect(second.texts().sort()).toEqual(['5 /a/b=third', '6 /a=-', '7 /a=fourth'])
})

test('a snapshot goes on within itself, as of its revision', async () => {
  const kv = await database('/a/1', '/a/2', '/a/3')
  const { got, texts } = await start(kv, {}, { snapshot: 4, upTo: '/a/1' })
  await kv.put('/a/2', 'second')
  await got(3)
  expect(texts()).toEqual(['3 /a/2=first there', '4 /a/3=first there', '5 /a/2=second'])
})

test('a full train makes it wait, within the snapshot and behind it, and nothing is lost', async () => {
  const kv = await database('/a/1', '/a/2', '/a/3')
  const rig = testTrain({ inFlightMax: 2 })
  const supply = new KvWatchSupply(rig.train, { kv, path: '/a', bufferMax: 1 })
  const keep = new Keep(rig.train, {})
  const out: KvEvent[] = []
  rig.train.line(supply, keep)
  rig.train.onOutput((event: KvEvent) => out.push(event))
  const running = rig.train.run({ signals: false })
  await until(() => keep.holds.length === 2)
  await turn()
  expect([keep.holds.length, supply.mark()]).toEqual([2, { snapshot: 4, upTo: '/a/2' }])
  while (out.length < 3) {
    keep.letGo()
    await turn()
  }
  for (let i = 0; i < 10; i++) await kv.put('/a/1', String(i))
  while (out.length < 13) {
    keep.letGo()
    await turn()
  }
  expect(out.slice(3).map(({ value }) => value)).toEqual(Array.from({ length: 10 }, (_, i) => String(i)))
  await rig.train.stop()
  await running
})

test('a run that was killed in the midst of a transaction has its other keys supplied by the next one, and none twice', async () => {
  const kv = await database()
  const rig = testTrain({ inFlightMax: 2 })
  const supply = new KvWatchSupply(rig.train, { kv, path: '/a' })
  const keep = new Keep(rig.train, {})
  rig.train.line(supply, keep)
  const running = rig.train.run({ signals: false })
  await until(() => 'position' in ((supply.mark() as object | null) ?? {}))
  await kv.transact(async (txn) => {
    for (const path of ['/a/1', '/a/2', '/a/3', '/a/4']) await txn.put(path, 'first')
  })
  await until(() => keep.holds.length === 2)
  await turn()
  const mark = JSON.parse(JSON.stringify(supply.mark())) as Json
  await rig.train.stop()
  await running
  const { got, texts } = await start(kv, {}, mark)
  await kv.put('/a/5', 'second')
  await got(3)
  expect(texts()).toEqual(['2 /a/3=first', '2 /a/4=first', '3 /a/5=second'])
})

test('what was held by a run that was killed is supplied again, though it was overwritten since', async () => {
  const kv = await database('/a')
  const checkpoints = new MemoryCheckpoints()
  const run = async () => {
    const rig = testTrain({ checkpoints })
    const keep = new Keep(rig.train, {})
    const out: string[] = []
    rig.train.line(new KvWatchSupply(rig.train, { kv, path: '/a' }), keep)
    rig.train.onOutput((event: KvEvent) => out.push(text(event)))
    const running = rig.train.run({ signals: false })
    await until(() => keep.holds.length > 0)
    return { ...rig, keep, out, running }
  }
  const first = await run()
  while (!(checkpoints.record ?? '').includes('"first"')) {
    first.clock.advance(100)
    await turn()
  }
  const { record } = checkpoints
  await first.train.stop()
  await first.running
  checkpoints.record = record
  await kv.put('/a', 'second')
  const second = await run()
  await until(() => second.keep.holds.length === 2)
  await second.train.stop()
  await second.running
  expect(second.out).toEqual(['2 /a=first there', '3 /a=second'])
})

test('behind missing history, what was written is supplied as it is now, and the log tells what is missing', async () => {
  const kv = await database('/a', '/a/b', '/a/c')
  const first = await start(kv)
  await first.got(3)
  await first.watching()
  const mark = await first.kill()
  await kv.put('/a', 'second')
  await kv.delete('/a/c')
  const { revision } = await kv.put('/a', 'third')
  await kv.engine.compact(revision)
  const second = await start(kv, {}, mark)
  await second.got(1)
  await second.watching()
  await kv.put('/a/b', 'fourth')
  await second.got(2)
  expect(second.texts()).toEqual(['7 /a=third gap', '8 /a/b=fourth'])
  expect(second.log.map(({ message }) => message)).toContain(
    'the history from revision 4 to 7 is gone: what was written meanwhile is supplied as it is now, what was deleted is not told',
  )
})

test('a run that was killed among what stands for missing history goes on behind the last revision that was supplied whole', async () => {
  const kv = await database('/a/1', '/a/2', '/a/3', '/a/4', '/a/5')
  const first = await start(kv, { snapshot: false })
  await first.watching()
  let mark = await first.kill()
  await kv.put('/a/1', 'second')
  await kv.transact(async (txn) => {
    for (const path of ['/a/2', '/a/3']) await txn.put(path, 'second')
  })
  for (const path of ['/a/4', '/a/5']) await kv.put(path, 'second')
  await kv.engine.compact((await kv.put('/b', 'x')).revision)

  /** A run that has room for so many, and is killed then. */
  const supply = async (room: number) => {
    const rig = testTrain({ inFlightMax: room })
    const supply = new KvWatchSupply(rig.train, { kv, path: '/a' })
    const keep = new Keep(rig.train, {})
    rig.train.line(supply, keep)
    supply.continueFrom(mark)
    const running = rig.train.run({ signals: false })
    await until(() => keep.holds.length === room)
    await turn()
    mark = JSON.parse(JSON.stringify(supply.mark())) as Json
    await rig.train.stop()
    await running
  }
  await supply(2) // One of the transaction's two.
  await supply(3)
  const last = await start(kv, {}, mark)
  await last.watching()
  await kv.put('/a/6', 'third')
  await last.got(2)
  expect(last.texts()).toEqual(['10 /a/5=second gap', '12 /a/6=third'])
})

test('a snapshot whose state is gone begins anew', async () => {
  const kv = await database('/a/1', '/a/2')
  await kv.engine.compact((await kv.put('/a/1', 'second')).revision)
  const { got, texts, log } = await start(kv, {}, { snapshot: 3, upTo: '/a/1' })
  await got(2)
  expect(texts()).toEqual(['4 /a/1=second there', '3 /a/2=first there'])
  expect(log.map(({ message }) => message)).toContain('the state of revision 3 is gone: the snapshot is supplied anew')
})

test('a database that cannot be reached is tried again until it can', async () => {
  const kv = await database('/a')
  const range = kv.engine.range.bind(kv.engine)
  let failures = 2
  kv.engine.range = (...args) =>
    failures-- > 0 ? Promise.reject(new UnavailableError('the store', 'a test')) : range(...args)
  const { clock, data, log } = await start(kv, { retryMs: 1000 })
  await until(() => log.some(({ message }) => /the store is not available: a test; it is tried again/.test(message)))
  while (data.length === 0) {
    clock.advance(1000)
    await turn()
  }
  expect(log.filter(({ level }) => level === 'warn')).toHaveLength(1)
})

test('a database that is closed stops the train', async () => {
  const kv = await database('/a')
  const { running, watching } = await start(kv)
  await watching()
  await kv.close()
  await expect(running).rejects.toMatchObject({ code: 'ERR_CLOSED' })
})

test('one that it has opened itself it closes', async () => {
  const { supply, stop, watching } = await supplied(
    cleanups,
    (train) => new KvWatchSupply(train, { url: 'memory:', path: '/a' }),
  ).then((rig) => ({ ...rig, watching: () => until(() => rig.supply.mark() !== null) }))
  await watching()
  const { kv } = supply as unknown as { kv: MemoryBackend }
  await stop()
  await expect(kv.get('/a')).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  const { train } = testTrain()
  expect(() => new KvWatchSupply(train, { path: '/a' })).toThrow('one of url and kv must be given')
})

/** Holds whatever comes until it is told to let go. */
class Keep extends Cog<KvEvent> {
  readonly holds: Hold<KvEvent>[] = []

  turn(data: KvEvent): null {
    this.holds.push(this.train.hold(data))
    return null
  }

  letGo(): void {
    for (const hold of this.holds.splice(0)) this.train.resume(hold, [hold.data])
  }

  override finish(): void {
    this.letGo()
  }
}
