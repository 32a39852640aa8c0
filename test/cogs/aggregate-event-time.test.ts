import { expect, test } from '@jest/globals'
import { Aggregate, type AggregateOptions, type Window } from '../../cogs/aggregate.js'
import { itemGetter } from '../../lib/movement/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { checkCog, testTrain, TestSupply } from '../../lib/testing/index.js'
import { lineOf } from '../support/engine-kit.js'

interface Hit {
  ip?: string
  time: unknown
}
type Options = AggregateOptions<Hit, number[], unknown>

const BEGIN = Date.UTC(2026, 0, 1)

const base: Options = {
  ...{ windowMs: 10, keyGetter: itemGetter('ip'), timeGetter: itemGetter('time') },
  init: () => [],
  add: (times, { time }) => [...times, (time as number) - BEGIN],
  merge: (earlier, later) => [...earlier, ...later],
  result: (times, { fromMs, toMs }: Window) => `${fromMs - BEGIN}-${toMs - BEGIN}: ${times.join(' ')}`,
}

async function start(options: Partial<Options> = {}) {
  const rig = testTrain()
  const supply = new TestSupply<Hit>(rig.train, {})
  const aggregate = new Aggregate<Hit, number[], unknown>(rig.train, { ...base, ...options })
  const outputs: unknown[] = []
  lineOf(rig.train.line, supply, aggregate)
  rig.train.onOutput((output: unknown) => outputs.push(output))
  void rig.train.run({ signals: false })
  await turnOfNode()
  await turnOfNode()
  /** Push data of one group, by their times after the beginning. */
  const push = (...times: number[]) => supply.push(...times.map((ms) => ({ ip: 'a', time: BEGIN + ms })))
  return { ...rig, supply, aggregate, outputs, push }
}

test('a window is given when a datum has come whose time is latenessMs behind its end, whatever the clock says', async () => {
  const { push, outputs, clock, aggregate, supply, train } = await start({ latenessMs: 5 })
  push(3, 12, 7, 14)
  clock.advance(60_000)
  expect(outputs).toEqual([])
  expect(aggregate.progress()).toEqual({ late: 0, groups: 2, watermarkMs: BEGIN + 9 })
  push(15)
  expect(outputs).toEqual(['0-10: 3 7'])
  expect(supply.acknowledged).toBe(0) // Of the first chunk a part is still gathered.
  push(40)
  expect(outputs).toEqual(['0-10: 3 7', '10-20: 12 14 15'])
  expect(supply.acknowledged).toBe(5)
  await train.stop()
  expect(outputs.slice(2)).toEqual(['40-50: 40'])
})

test('windows are given in the order of their ends, those of one end in the order of their beginning', async () => {
  const { supply, outputs, train } = await start({
    latenessMs: 30,
    result: (_, { key, toMs }) => `${key} ${toMs - BEGIN}`,
  })
  const hit = (ip: string, ms: number): Hit => ({ ip, time: BEGIN + ms })
  supply.push(hit('c', 15), hit('b', 5), hit('a', 5), hit('b', 12), hit('a', 99))
  expect(outputs).toEqual(['b 10', 'a 10', 'c 20', 'b 20'])
  await train.stop()
})

test('times may be Dates or text', async () => {
  const { supply, outputs, train } = await start({ add: (list) => list })
  supply.push({ time: new Date(BEGIN) }, { time: '2026-01-01T00:00:00.005Z' }, { time: BEGIN + 10 })
  expect(outputs).toEqual(['0-10: '])
  await train.stop()
})

test('late data are counted, and fail with the reason', async () => {
  const { push, outputs, dead, aggregate, train } = await start()
  push(5, 10, 9, 11)
  expect(outputs).toEqual(['0-10: 5'])
  expect(dead.map(({ error }) => error.message)).toEqual([
    expect.stringContaining(
      'late: its time is 2026-01-01T00:00:00.009Z, and windows up to 2026-01-01T00:00:00.010Z were given already',
    ),
  ])
  expect(aggregate.progress().late).toBe(1)
  await train.stop()
})

test('late data are dropped with a line in the log, or passed on as one says', async () => {
  const dropping = await start({ onLate: 'drop' })
  dropping.push(5, 10, 9)
  expect([dropping.outputs, dropping.dead]).toEqual([['0-10: 5'], []])
  expect(dropping.log).toContainEqual(expect.objectContaining({ level: 'debug', message: 'dropped a late datum' }))
  expect(dropping.train.accounts()[1]).toMatchObject({ in: 3, swallowed: 1, held: 1 })
  await dropping.train.stop()
  const passing = await start({ onLate: 'pass', late: ({ time }) => ({ late: (time as number) - BEGIN }) })
  passing.push(5, 10, 9)
  expect(passing.outputs).toEqual(['0-10: 5', { late: 9 }])
  expect(passing.aggregate.progress().late).toBe(1)
  await passing.train.stop()
  const itself = await start({ onLate: 'pass' })
  itself.push(5, 10, 9)
  expect(itself.outputs[1]).toEqual({ ip: 'a', time: BEGIN + 9 })
  await itself.train.stop()
})

test('a time too far ahead of the clock fails alone, and makes nothing late', async () => {
  const { push, dead, outputs, train } = await start({ aheadMs: 1000 })
  push(5, 1001, 1000, 6)
  expect(dead.map(({ error }) => String(error.cause))).toEqual([
    'RangeError: a time may be at most aheadMs (1000 ms) ahead of the clock: it is 2026-01-01T00:00:01.001Z, now is 2026-01-01T00:00:00.000Z',
    expect.stringContaining('late'),
  ])
  expect(outputs).toEqual(['0-10: 5'])
  await train.stop()
})

test('what has no time fails, and is in no group', async () => {
  const { supply, dead, aggregate, train } = await start()
  supply.push({ time: 'soon' }, { time: undefined })
  expect(dead.map(({ error }) => (error.cause as Error).message)).toEqual([
    'a time must be ms since 1970, a Date or text in ISO 8601: it is "soon"',
    'a time must be ms since 1970, a Date or text in ISO 8601: it is undefined',
  ])
  expect(aggregate.progress().groups).toBe(0)
  await train.stop()
})

test('without data for idleMs the windows are given, and not a moment before; then no timer runs', async () => {
  const { push, outputs, clock, esc, train } = await start({ idleMs: 1000, latenessMs: 50 })
  push(5)
  clock.advance(600)
  push(7, 15)
  clock.advance(999)
  expect(outputs).toEqual([])
  clock.advance(1)
  expect(outputs).toEqual(['0-10: 5 7', '10-20: 15'])
  expect(esc.idle).toBe(true)
  await train.stop()
})

test('windows overlap where they begin before the one before ends; each datum is in all that have its time', async () => {
  const { push, outputs, supply, train } = await start({ slideMs: 5 })
  push(7)
  push(12, 20)
  expect(outputs).toEqual(['0-10: 7', '5-15: 7 12', '10-20: 12'])
  expect(supply.acknowledged).toBe(1) // The window that has the second chunk's last datum isn't over.
  expect(train.accounts()[1]).toMatchObject({ in: 3, merged: 4, held: 2, out: 3, swallowed: 0 })
  await train.stop()
  expect(outputs.slice(3)).toEqual(['15-25: 20', '20-30: 20'])
  expect(supply.acknowledged).toBe(3)
})

test('a datum that is late for one window and not for the next is in that one', async () => {
  const { push, outputs, aggregate, train } = await start({ slideMs: 5 })
  push(7, 11, 9)
  await train.stop()
  expect(outputs).toEqual(['0-10: 7', '5-15: 7 11 9', '10-20: 11'])
  expect(aggregate.progress().late).toBe(0)
})

test('a session ends when nothing of its group has come for gapMs; what comes between two makes them one', async () => {
  const { push, supply, outputs, train } = await start({ gapMs: 10, latenessMs: 20 })
  push(0, 5, 22, 30)
  push(14)
  supply.push({ ip: 'b', time: BEGIN + 25 })
  push(66)
  expect(outputs).toEqual(['25-35: 25', '0-40: 0 5 22 30 14'])
  expect(train.accounts()[1]).toMatchObject({ in: 7, merged: 6, split: 2, out: 2, held: 1 })
  expect(supply.acknowledged).toBe(6)
  await train.stop()
})

test('the gap itself is no part of a session: a datum after just so long begins another one', async () => {
  const { push, outputs, train } = await start({ gapMs: 10, latenessMs: 100 })
  push(0, 10, 19)
  await train.stop()
  expect(outputs).toEqual(['0-10: 0', '10-29: 10 19'])
})

test('sessions by the clock are prolonged by each datum', async () => {
  const add = (times: number[]) => [...times, times.length]
  const { supply, outputs, clock, train } = await start({ gapMs: 1000, timeGetter: undefined as never, add })
  supply.push({ ip: 'a', time: 0 })
  clock.advance(900)
  supply.push({ ip: 'a', time: 0 })
  clock.advance(999)
  expect(outputs).toEqual([])
  clock.advance(1)
  expect(outputs).toEqual(['0-1900: 0 1'])
  await train.stop()
})

test('a session of sizeMax is given at once, also where two became one', async () => {
  const { push, outputs, train } = await start({ gapMs: 10, latenessMs: 100, sizeMax: 3 })
  push(0, 15)
  push(8)
  expect(outputs).toEqual(['0-25: 0 15 8'])
  await train.stop()
})

test('with too many groups, of all windows, all of them are given', async () => {
  const { push, outputs, aggregate, train } = await start({ keysMax: 3, latenessMs: 1000 })
  push(5, 25, 15)
  expect(aggregate.progress().groups).toBe(3)
  push(35)
  expect(outputs).toEqual(['0-10: 5', '10-20: 15', '20-30: 25', '30-40: 35'])
  expect(aggregate.progress().groups).toBe(0)
  await train.stop()
})

test('options are checked at once', () => {
  const { train } = testTrain()
  const make = (options: Partial<Options>) => () => new Aggregate(train, { ...base, ...options })
  expect(make({ slideMs: 11 })).toThrow('slideMs must be at most windowMs (10): it is 11')
  expect(make({ slideMs: 1, keysMax: 9 })).toThrow('a datum may be in at most keysMax (9) windows: it would be in 10')
  expect(make({ gapMs: 0 })).toThrow('gapMs must be at least 1: it is 0')
  expect(make({ latenessMs: -1 })).toThrow('latenessMs must be at least 0: it is -1')
  expect(make({ onLate: 'keep' as never })).toThrow('onLate must be one of fail, drop, pass: it is "keep"')
  expect(make({ gapMs: 5, merge: undefined as never })).toThrow('merge must be a function: it is undefined')
})

const hits = [0, 3, 12, 7, 25, 31, 4, 33, 60, 58, 59, 90, 44, 91].map((ms, n) => ({ ip: `${n % 2}`, time: BEGIN + ms }))

test.each([
  ['tumbling', {}],
  ['sliding', { slideMs: 3, onLate: 'drop' }],
  ['sliding, few groups', { slideMs: 5, keysMax: 4 }],
  ['in sessions', { gapMs: 8, onLate: 'pass' }],
  ['when idle', { gapMs: 30, idleMs: 500 }],
] as const)('%s windows by event time keep their books', async (_, options) => {
  const report = await checkCog((train) => new Aggregate(train, { ...base, latenessMs: 20, ...options }), hits, {
    runs: 60,
  })
  expect(report.out).toBeGreaterThan(0)
})
