import { expect, test } from '@jest/globals'
import {
  TALLY_DEFAULTS,
  Tally,
  type Json,
  type TallyOptions,
  type TallyPeriod,
  type Winder,
} from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { lineOf } from '../../support/engine-kit.js'

/** Keeps what comes. */
class Collect extends Tally<number, number[], object> {
  constructor(train: Winder, options: Partial<TallyOptions<number>> = {}) {
    super(train, { ...TALLY_DEFAULTS, periodMs: 1000, keyGetter: (n) => n % 2, ...options })
  }

  protected begin(): number[] {
    return []
  }

  protected add(state: number[], n: number): void {
    if (n < 0) throw new RangeError('below zero')
    state.push(n)
  }

  protected result(list: number[], { key, fromMs, toMs }: TallyPeriod): object {
    if (list.includes(13)) throw new Error('unlucky')
    return { key, list, fromMs: fromMs - BEGIN, toMs: toMs - BEGIN }
  }
}

const BEGIN = Date.UTC(2026, 0, 1)

async function run(options: Partial<TallyOptions<number>> = {}) {
  const rig = testTrain()
  const supply = new TestSupply<number>(rig.train, {})
  const collect = new Collect(rig.train, options)
  const given: unknown[] = []
  lineOf(rig.train.line, supply, collect)
  rig.train.onOutput((output: unknown) => given.push(output))
  const running = rig.train.run({ signals: false })
  await turnOfNode()
  await turnOfNode()
  const end = async () => {
    supply.close()
    await running
  }
  return { ...rig, supply, collect, given, running, end }
}

test('gives each key once a period, and not a moment before', async () => {
  const { supply, clock, given, end } = await run()
  clock.advance(300)
  supply.push(1, 2, 3)
  clock.advance(699)
  expect([given, supply.acknowledged]).toEqual([[], 0])
  clock.advance(1)
  expect(given).toEqual([
    { key: '1', list: [1, 3], fromMs: 0, toMs: 1000 },
    { key: '0', list: [2], fromMs: 0, toMs: 1000 },
  ])
  expect(supply.acknowledged).toBe(3)
  clock.advance(5500)
  supply.push(5)
  clock.advance(500)
  expect(given.slice(2)).toEqual([{ key: '1', list: [5], fromMs: 6000, toMs: 7000 }])
  await end()
})

test('the first period begins with the run, the last ends with it, and none overlap', async () => {
  const { supply, clock, given, end } = await run({ keyGetter: undefined as never })
  clock.advance(1400)
  supply.push(1)
  clock.advance(250)
  await end()
  expect(given).toEqual([{ key: null, list: [1], fromMs: 1000, toMs: 1650 }])
})

test('with too many keys all are given, and the next period begins there', async () => {
  const { supply, clock, given, end } = await run({ keysMax: 1 })
  clock.advance(100)
  supply.push(1, 3, 2)
  clock.advance(100)
  supply.push(4)
  clock.advance(800)
  expect(given).toEqual([
    { key: '1', list: [1, 3], fromMs: 0, toMs: 100 },
    { key: '0', list: [2], fromMs: 0, toMs: 100 },
    { key: '0', list: [4], fromMs: 100, toMs: 1000 },
  ])
  await end()
})

test('what fails begins nothing, and a result that fails loses no other', async () => {
  const { supply, given, dead, clock, end } = await run()
  supply.push(-1, 13, 2)
  clock.advance(1000)
  expect(given).toEqual([{ key: '0', list: [2], fromMs: 0, toMs: 1000 }])
  expect(dead.map(({ error }) => (error.cause as Error).message)).toEqual(['below zero', 'unlucky'])
  expect(supply.acknowledged).toBe(3)
  await end()
})

test('goes on where a snapshot was taken', async () => {
  const first = await run()
  first.supply.push(1, 2)
  const snapshot = JSON.parse(JSON.stringify(first.collect.snapshot())) as Json
  await first.end()
  const { supply, clock, given, collect, end } = await run()
  collect.restore(snapshot)
  collect.start()
  supply.push(3)
  clock.advance(1000)
  expect(given).toEqual([
    { key: '1', list: [1, 3], fromMs: 0, toMs: 1000 },
    { key: '0', list: [2], fromMs: 0, toMs: 1000 },
  ])
  await end()
})

test('a period that ended while nobody ran is given at the start', async () => {
  const { collect, given, clock, end } = await run()
  const times = { fromMs: BEGIN - 5000, toMs: BEGIN - 4000, sinceMs: BEGIN - 6000 }
  collect.restore({ ...times, keys: [['1', [7], 1]] })
  collect.start()
  clock.advance(0)
  expect(given).toEqual([{ key: '1', list: [7], fromMs: -5000, toMs: -4000 }])
  await end()
})

test('refuses what is no limit', () => {
  const { train } = testTrain()
  expect(() => new Collect(train, { keysMax: 0 })).toThrow('keysMax must be at least 1: it is 0')
  expect(() => new Collect(train, { keyGetter: 'ip' as never })).toThrow('keyGetter must be a function: it is "ip"')
})
