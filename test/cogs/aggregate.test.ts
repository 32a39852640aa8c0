import { expect, test } from '@jest/globals'
import { Aggregate, type AggregateOptions, type Window } from '../../cogs/aggregate.js'
import { itemGetter, Supply, type Json, type Winder } from '../../lib/movement/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../lib/testing/index.js'
import { lineOf } from '../support/engine-kit.js'
import { MemoryCheckpoints } from '../support/crash-train/world.js'

interface Request {
  ip: string
  bytes: number
}
type Total = { bytes: number }
interface Out extends Window {
  bytes: number
}

const BEGIN = Date.UTC(2026, 0, 1)

async function start<S extends Supply<Request> = TestSupply<Request>>(
  options: Partial<AggregateOptions<Request, Total, Out>> = {},
  checkpoints?: MemoryCheckpoints,
  make = (train: Winder) => new TestSupply<Request>(train, {}) as Supply<Request> as S,
) {
  const rig = testTrain(checkpoints === undefined ? {} : { checkpoints })
  const supply = make(rig.train)
  const aggregate = new Aggregate<Request, Total, Out>(rig.train, {
    windowMs: 1000,
    keyGetter: itemGetter('ip'),
    init: () => ({ bytes: 0 }),
    add: (state, { bytes }) => ({ bytes: state.bytes + bytes }),
    result: (state, window) => ({ ...window, ...state }),
    ...options,
  })
  const outputs: Out[] = []
  lineOf(rig.train.line, supply, aggregate)
  rig.train.onOutput((output: Out) => outputs.push(output))
  const running = rig.train.run({ signals: false })
  await turnOfNode()
  await turnOfNode()
  return { ...rig, supply, aggregate, outputs, running }
}

test('each group is given when its window ends, and not a moment before; then the next window begins', async () => {
  const { supply, clock, outputs, train } = await start()
  clock.advance(400)
  supply.push({ ip: 'a', bytes: 1 }, { ip: 'b', bytes: 2 }, { ip: 'a', bytes: 3 })
  clock.advance(599)
  expect(outputs).toEqual([])
  clock.advance(1)
  const window = { fromMs: BEGIN, toMs: BEGIN + 1000 }
  expect(outputs).toEqual([
    { key: 'a', size: 2, bytes: 4, ...window },
    { key: 'b', size: 1, bytes: 2, ...window },
  ])
  clock.advance(5000)
  supply.push({ ip: 'a', bytes: 5 })
  clock.advance(1000)
  expect(outputs.slice(2)).toEqual([{ key: 'a', size: 1, bytes: 5, fromMs: BEGIN + 6000, toMs: BEGIN + 7000 }])
  await train.stop()
})

test('events are over when the result that they are in is', async () => {
  const { supply, clock, train } = await start()
  supply.push({ ip: 'a', bytes: 1 }, { ip: 'b', bytes: 1 })
  expect([supply.acknowledged, train.accounts()[1]?.held]).toEqual([0, 2])
  clock.advance(1000)
  expect([supply.acknowledged, train.accounts()[1]?.held]).toEqual([2, 0])
  await train.stop()
})

test('a group of sizeMax is given at once, too many groups all of them, and a stopping train everything', async () => {
  const { supply, outputs, train } = await start({ sizeMax: 2, keysMax: 2 })
  supply.push({ ip: 'a', bytes: 1 }, { ip: 'a', bytes: 1 }, { ip: 'b', bytes: 1 }, { ip: 'c', bytes: 1 })
  expect(outputs.map(({ key, size }) => [key, size])).toEqual([['a', 2]])
  supply.push({ ip: 'd', bytes: 1 })
  expect(outputs.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd'])
  supply.push({ ip: 'e', bytes: 1 })
  await train.stop()
  expect(outputs.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('without a key all are one group; nothing comes of a window without data, and no timer runs', async () => {
  const { supply, clock, outputs, train, esc } = await start({ keyGetter: undefined as never })
  clock.advance(10_000)
  supply.push({ ip: 'a', bytes: 1 }, { ip: 'b', bytes: 1 })
  clock.advance(1000)
  expect(outputs).toMatchObject([{ key: null, size: 2, bytes: 2 }])
  expect(esc.idle).toBe(true)
  await train.stop()
})

test('a datum that cannot be added fails alone, and is in no group', async () => {
  const add = (state: Total, { bytes }: Request): Total => {
    if (bytes < 0) throw new RangeError('bytes must be at least 0')
    return { bytes: state.bytes + bytes }
  }
  const { supply, clock, outputs, dead, train } = await start({ add })
  supply.push({ ip: 'a', bytes: -1 }, { ip: 'a', bytes: 2 })
  clock.advance(1000)
  expect(outputs).toMatchObject([{ key: 'a', size: 1, bytes: 2 }])
  expect(dead.map(({ data }) => data)).toEqual([{ ip: 'a', bytes: -1 }])
  await train.stop()
})

test('a result that cannot be made is one failure, with what was gathered', async () => {
  const result = (): Out => {
    throw new Error('no result')
  }
  const { supply, clock, dead, train } = await start({ result })
  supply.push({ ip: 'a', bytes: 1 }, { ip: 'a', bytes: 2 })
  clock.advance(1000)
  expect(dead.map(({ cog, data }) => [cog, data])).toMatchObject([
    ['Aggregate', { key: 'a', size: 2, state: { bytes: 3 } }],
  ])
  expect(train.accounts()[1]).toMatchObject({ in: 2, split: 1, merged: 2, diverted: 1, held: 0, out: 0 })
  expect(supply.acknowledged).toBe(2)
  await train.stop()
})

test('what was gathered outlives a crash, its window included, and the accounts hold it', async () => {
  const { supply, clock, aggregate } = await start()
  clock.advance(400)
  supply.push({ ip: 'a', bytes: 1 }, { ip: 'a', bytes: 2 })
  const snapshot = JSON.parse(JSON.stringify(aggregate.snapshot())) as Json
  const checkpoints = new MemoryCheckpoints()
  const record = { version: 1, timeMs: 0, supplies: {}, drains: {}, origins: [], values: [] }
  checkpoints.record = JSON.stringify({ ...record, snapshots: { Aggregate: snapshot } })
  const next = await start({}, checkpoints)
  expect(next.train.accounts()[1]).toMatchObject({ in: 2, held: 2 })
  next.supply.push({ ip: 'a', bytes: 4 })
  next.clock.advance(1000)
  expect(next.outputs).toMatchObject([{ key: 'a', size: 3, bytes: 7, toMs: BEGIN + 1000 }])
  expect(next.train.accounts()[1]).toMatchObject({ in: 3, split: 1, merged: 3, out: 1, held: 0 })
  await next.train.stop()
})

test('limits and functions are checked at once', () => {
  const { train } = testTrain()
  const make = (options: object) => () =>
    new Aggregate(train, { init: () => 0, add: () => 0, result: () => 0, ...options })
  expect(make({ windowMs: 0 })).toThrow('windowMs must be at least 1: it is 0')
  expect(make({ sizeMax: 0 })).toThrow('sizeMax must be at least 1: it is 0')
  expect(make({ keysMax: 0 })).toThrow('keysMax must be at least 1: it is 0')
  expect(make({ add: 'sum' })).toThrow('add must be a function: it is "sum"')
})

test('what comes because a window ended begins one of its own', async () => {
  class OneByOne extends Supply<Request> {
    taken = 0
    override start(): void {}
    override finish(): void {}
    next(): void {
      this.taken++
      this.message({ ip: 'a', bytes: this.taken }, null)
    }
    override acknowledge(): void {
      if (this.taken < 3) this.next()
    }
  }
  const { supply, clock, outputs, train } = await start({}, undefined, (winder) => new OneByOne(winder, {}))
  supply.next()
  for (let i = 0; i < 3; i++) clock.advance(1000)
  expect(outputs.map(({ bytes, fromMs, toMs }) => [bytes, fromMs - BEGIN, toMs - BEGIN])).toEqual([
    [1, 0, 1000],
    [2, 1000, 2000],
    [3, 2000, 3000],
  ])
  await train.stop()
})
