import { expect, test } from '@jest/globals'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { hasMemory, isBatch } from '../../../lib/movement/cut/train-memory.js'
import { one } from '../../../lib/movement/index.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { lineOf } from '../../support/engine-kit.js'
import { ListDrain, MemoryCheckpoints, NumberSupply, Recall } from '../../support/crash-train/world.js'

async function start() {
  const checkpoints = new MemoryCheckpoints()
  const rig = testTrain({ checkpoints })
  const supply = new NumberSupply(rig.train, { count: 10 })
  const drain = new ListDrain(rig.train, [], { isOver: false })
  lineOf(rig.train.line, supply, drain)
  const running = rig.train.run({ signals: false })
  await settled()
  const record = (): unknown => (checkpoints.record === null ? null : JSON.parse(checkpoints.record))
  return { ...rig, checkpoints, supply, drain, running, record }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await turnOfNode()
}

test('a record is there before anything moves, and one follows what has moved', async () => {
  const { clock, supply, drain, record, train } = await start()
  expect(record()).toMatchObject({ version: 1, supplies: { NumberSupply: 0 }, drains: { ListDrain: 0 } })
  supply.push(3)
  clock.advance(100)
  await settled()
  expect(record()).toMatchObject({ supplies: { NumberSupply: 0 } }) // The drain has not written up to its seal.
  drain.write(3)
  await settled()
  expect(record()).toMatchObject({ supplies: { NumberSupply: 3 }, drains: { ListDrain: 3 } })
  await train.stop()
})

test('the first record that cannot be stored ends the train, with where it should be and the code of the system', async () => {
  const checkpoints = new MemoryCheckpoints()
  checkpoints.store = () =>
    Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }))
  const { train } = testTrain({ checkpoints })
  lineOf(train.line, new NumberSupply(train, { count: 1 }), new ListDrain(train, [], { isOver: false }))
  await expect(train.run({ signals: false })).rejects.toMatchObject({
    code: 'ENOSPC',
    message: 'cannot store the check-point in memory: ENOSPC: no space left on device, write',
  })
})

test('the last one, too: the one before it stays', async () => {
  const { checkpoints, clock, supply, drain, record, train, running } = await start()
  supply.push(3)
  drain.write(3)
  clock.advance(100)
  await settled()
  const before = record()
  checkpoints.store = () => Promise.reject(new Error('the disk has gone'))
  const ended = expect(running).rejects.toThrow('cannot store the check-point in memory: the disk has gone')
  await train.stop().catch(() => undefined)
  await ended
  expect(record()).toEqual(before)
})

test('what a supply puts when one drain has written for its seal belongs to no seal of that moment', async () => {
  const checkpoints = new MemoryCheckpoints()
  const { train, clock } = testTrain({ checkpoints })
  const supply = new NumberSupply(train, { count: 10, whenResumed: 2 })
  const life = { isOver: false }
  const drain = new ListDrain(train, [], life, { max: 1, isEager: true })
  const side = new ListDrain(train, [], life, { isEager: true })
  train.line(supply).to(lineOf(train.line, drain), lineOf(train.line, side))
  const running = train.run({ signals: false })
  await settled()
  supply.push(1)
  expect(supply.paused).toBe(true)
  clock.advance(100)
  expect(supply.next).toBe(3)
  await settled()
  expect(JSON.parse(checkpoints.record ?? '')).toMatchObject({
    supplies: { NumberSupply: 1 },
    drains: { 'ListDrain#1': 1, 'ListDrain#2': 1 },
  })
  await train.stop()
  await running
})

test('while nothing moves no record is stored, and no timer runs', async () => {
  const { clock, checkpoints, train } = await start()
  clock.advance(1000)
  await settled()
  const { stores } = checkpoints
  clock.advance(3_600_000)
  await settled()
  expect(checkpoints.stores).toBe(stores)
  await train.stop()
})

test('a train that was stopped leaves a record of everything; a batch that is complete leaves none', async () => {
  const stopped = await start()
  stopped.supply.push(4)
  await stopped.train.stop()
  await stopped.running
  expect(stopped.record()).toMatchObject({ supplies: { NumberSupply: 4 }, drains: { ListDrain: 4 } })
  const complete = await start()
  complete.supply.push(10)
  complete.supply.endIt()
  await complete.running
  expect(complete.record()).toBe(null)
})

test('a supply that has come to its end and is no batch keeps its record, as what it is supplied from may lag behind', async () => {
  const { supply, record, running } = await start()
  Object.assign(supply, { isBatch: false })
  supply.push(10)
  supply.endIt()
  await running
  expect(record()).toMatchObject({ supplies: { NumberSupply: 10 }, drains: { ListDrain: 10 } })
})

/** The mark of two data. */
const origin = (first: number) => ({ supply: 'NumberSupply', origin: first, ks: [0, 1] })

/** A train with two origins of an earlier run. */
function restarted() {
  const checkpoints = new MemoryCheckpoints()
  const record = { version: 1, timeMs: 0, supplies: { NumberSupply: 9 }, drains: {}, snapshots: {}, values: [] }
  checkpoints.record = JSON.stringify({ ...record, origins: [origin(0), origin(4)] })
  const rig = testTrain({ checkpoints })
  return { ...rig, checkpoints, supply: new NumberSupply(rig.train, { count: 10 }) }
}

test('a train that is asked to stop while it lets in what was held lets all of it in first', async () => {
  const { checkpoints, train, supply } = restarted()
  const again = supply.supplyAgain.bind(supply)
  supply.supplyAgain = async (...args) => {
    void train.stop()
    await settled()
    await again(...args)
  }
  const file: unknown[] = []
  lineOf(train.line, supply, new ListDrain(train, file, { isOver: false }))
  await train.run({ signals: false })
  expect(file).toMatchObject([{ n: 0 }, { n: 1 }, { n: 4 }, { n: 5 }])
  expect(JSON.parse(checkpoints.record ?? '')).toMatchObject({ origins: [], drains: { ListDrain: 4 } })
})

test('while what was held is let in, no record is made that would lack the rest, whoever asks for one', async () => {
  const { checkpoints, train, supply, clock } = restarted()
  let enter = (): void => undefined
  const again = supply.supplyAgain.bind(supply)
  supply.supplyAgain = async (origin, ks) => {
    if (origin === 4) await new Promise<void>((resolve) => (enter = resolve))
    return again(origin, ks)
  }
  const drain = new ListDrain(train, [], { isOver: false }, { isEager: true })
  lineOf(train.line, supply, drain)
  const running = train.run({ signals: false })
  await settled()
  let isTold = false
  train.checkpoint(() => (isTold = true))
  drain.write(Infinity)
  clock.advance(1000)
  await settled()
  expect(JSON.parse(checkpoints.record ?? '')).toMatchObject({
    origins: [origin(0), origin(4)],
    drains: { ListDrain: 0 },
  })
  expect(isTold).toBe(false)
  enter()
  await settled()
  expect(JSON.parse(checkpoints.record ?? '')).toMatchObject({ origins: [], drains: { ListDrain: 4 } })
  expect(isTold).toBe(true)
  await train.stop()
  await running
})

test.each([
  ['fails', () => Promise.reject(new Error('it is damaged')), 'it is damaged'],
  ['never ends', () => new Promise<void>(() => undefined), 'did not finish within'],
])('where letting in what was held %s, the record still has the rest', async (_, enter, message) => {
  const { checkpoints, train, supply, clock } = restarted()
  const again = supply.supplyAgain.bind(supply)
  supply.supplyAgain = async (origin, ks) => {
    if (origin === 4) await enter()
    return again(origin, ks)
  }
  lineOf(train.line, supply, new ListDrain(train, [], { isOver: false }))
  const running = train.run({ signals: false })
  running.catch(() => undefined)
  await settled()
  void train.stop()
  clock.advance(30_000)
  if (message === 'it is damaged') await expect(running).rejects.toThrow(message)
  else await running
  expect(JSON.parse(checkpoints.record ?? '')).toMatchObject({ origins: [origin(0), origin(4)] })
})

test.each([
  ['fails', () => raise('no memory'), 'Recall could not make its snapshot: no memory'],
  ['is no JSON', () => [Infinity], 'the snapshot of Recall must be JSON (no undefined, NaN, Infinity'],
])('a snapshot that %s stops the train in order', async (_, snapshot, message) => {
  const { train, clock } = testTrain({ checkpoints: new MemoryCheckpoints() })
  const supply = new NumberSupply(train, { count: 10 })
  const recall = new Recall(train, { size: 5 })
  const file: unknown[] = []
  lineOf(train.line, supply, recall, new ListDrain(train, file, { isOver: false }))
  const running = train.run({ signals: false })
  running.catch(() => undefined)
  await settled()
  recall.snapshot = snapshot
  supply.push(2)
  clock.advance(100)
  await expect(running).rejects.toThrow(message)
  expect(file).toHaveLength(1)
})

function raise(message: string): never {
  throw new Error(message)
}

test('a record that cannot be stored is tried again, more and more seldom, and it shows how it fares', async () => {
  const { clock, checkpoints, supply, drain, train, running } = await start()
  const startMs = train.memory?.state.storedMs
  expect(train.memory?.state).toEqual({ name: 'memory', storedMs: clock.wall(), trouble: null })
  let tries = 0
  const store = checkpoints.store.bind(checkpoints)
  checkpoints.store = () => Promise.reject(new Error(`away ${++tries > 0}`))
  supply.push(1)
  drain.write(1)
  const triedAfter = async (ms: number): Promise<number> => {
    clock.advance(ms)
    await settled()
    drain.write(1)
    await settled()
    return tries
  }
  expect(await triedAfter(100)).toBe(1)
  expect([await triedAfter(999), await triedAfter(1)]).toEqual([1, 2])
  expect([await triedAfter(1999), await triedAfter(1)]).toEqual([2, 3])
  for (const ms of [4000, 8000, 10_000]) await triedAfter(ms)
  expect([tries, await triedAfter(9999), await triedAfter(1)]).toEqual([6, 6, 7])
  expect(train.memory?.state).toEqual({ name: 'memory', storedMs: startMs, trouble: 'away true' })
  checkpoints.store = store
  await triedAfter(10_000)
  expect(train.memory?.state).toEqual({ name: 'memory', storedMs: clock.wall(), trouble: null })
  await train.stop()
  await running
})

test('once another run has its place the train stops with that, and stores nothing more', async () => {
  const { clock, checkpoints, supply, drain, running } = await start()
  running.catch(() => undefined)
  let stores = 0
  checkpoints.store = () => {
    stores++
    return Promise.reject(Object.assign(new Error('taken by another run'), { code: 'ERR_IN_USE' }))
  }
  supply.push(1)
  clock.advance(100)
  drain.write(1)
  await settled()
  drain.write(Infinity)
  await expect(running).rejects.toMatchObject({ message: 'taken by another run', code: 'ERR_IN_USE' })
  expect(stores).toBe(1)
})

test('a supply that fails when it is to go on stops the train in order', async () => {
  const { train } = testTrain({ inFlightMax: 1 })
  const supply = new NumberSupply(train, { count: 10 })
  supply.resume = () => raise('its file is gone')
  const file: unknown[] = []
  const drain = new ListDrain(train, file, { isOver: false }, { max: 1 })
  lineOf(train.line, supply, drain)
  const running = train.run({ signals: false })
  running.catch(() => undefined)
  await settled()
  supply.push(1)
  drain.write(1)
  await expect(running).rejects.toThrow('its file is gone')
  expect(file).toHaveLength(1)
})

test('where cuts cost much, also those that are asked for are made seldom', async () => {
  const { train, clock, supply, drain, checkpoints } = await start()
  const mark = supply.mark.bind(supply)
  supply.mark = () => {
    clock.advance(10) // It takes its time.
    return mark()
  }
  let count = 0
  const ask = (): void => void (count += 1)
  train.checkpoint(ask)
  await settled()
  const { stores } = checkpoints
  train.checkpoint(ask)
  await settled()
  expect([count, checkpoints.stores]).toEqual([1, stores])
  clock.advance(200)
  await settled()
  expect([count, checkpoints.stores]).toEqual([2, stores + 1])
  supply.mark = mark
  drain.write(0)
  await train.stop()
})

test('a train has a memory if a supply can go back or a cog has a snapshot; it is a batch if every supply is', () => {
  const { train } = testTrain()
  const drain = new ListDrain(train, [], { isOver: false })
  lineOf(train.line, new NumberSupply(train, { count: 1 }), drain)
  expect([hasMemory(train.wind()), isBatch(train.wind())]).toEqual([true, true])
  const { train: plain } = testTrain()
  lineOf(
    plain.line,
    new TestSupply(plain, {}),
    one((data) => data),
  )
  expect([hasMemory(plain.wind()), isBatch(plain.wind())]).toEqual([false, false])
  const { train: snapshots } = testTrain()
  lineOf(snapshots.line, new TestSupply(snapshots, {}), new Recall(snapshots, { size: 1 }))
  expect(hasMemory(snapshots.wind())).toBe(true)
})

test.each(['store', 'clear'] as const)(
  'a train ends even if the last check-point hangs (%s), and says so',
  async (what) => {
    const { supply, train, running, checkpoints, clock } = await start()
    running.catch(() => undefined)
    if (what === 'store') supply.push(4)
    else {
      supply.push(10)
      supply.endIt()
    }
    checkpoints[what] = () => new Promise(() => undefined)
    const stopping = what === 'store' ? train.stop() : running
    await settled()
    clock.advance(30_000)
    await expect(running).rejects.toMatchObject({
      code: 'ERR_FINISH_TIMEOUT',
      message: expect.stringMatching(
        /^the last check-point was not stored or removed within finishTimeoutMs \(30000 ms\)/,
      ),
    })
    await stopping.catch(() => undefined)
  },
)
