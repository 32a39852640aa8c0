import { expect, test } from '@jest/globals'
import { Aggregate, type AggregateOptions } from '../../cogs/aggregate.js'
import { Cog, itemGetter, type Json, type Turn } from '../../lib/movement/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../lib/testing/index.js'
import { MemoryCheckpoints } from '../support/crash-train/world.js'
import { lineOf } from '../support/engine-kit.js'

interface Hit {
  ip: string
  time: number
}
type Options = AggregateOptions<Hit, number, unknown>

const BEGIN = Date.UTC(2026, 0, 1)

/** Lets everything through, and hears the ends of events. */
class Ear extends Cog<unknown> {
  readonly heard: string[] = []

  turn(data: unknown): Turn<unknown> {
    return [data]
  }

  override eventDone(id: string): void {
    this.heard.push(id)
  }
}

/** A run that goes on where the check-points say. */
async function run(checkpoints: MemoryCheckpoints | null, options: Partial<Options> = {}, isListening = false) {
  const rig = testTrain(checkpoints === null ? {} : { checkpoints })
  const supply = new TestSupply<Hit>(rig.train, {})
  const aggregate = new Aggregate<Hit, number, unknown>(rig.train, {
    ...{ windowMs: 1000, keyGetter: itemGetter('ip') },
    init: () => 0,
    add: (count) => count + 1,
    merge: (a, b) => a + b,
    result: (count, { key, size, fromMs, toMs }) => ({ key, count, size, fromMs: fromMs - BEGIN, toMs: toMs - BEGIN }),
    ...options,
  })
  const ear = new Ear(rig.train, {})
  const outputs: unknown[] = []
  lineOf(rig.train.line, supply, aggregate, ...(isListening ? [ear] : []))
  rig.train.onOutput((output: unknown) => outputs.push(output))
  const running = rig.train.run({ signals: false })
  await turnOfNode()
  await turnOfNode()
  return { ...rig, supply, aggregate, outputs, ear, running }
}

const hit = (ip: string, ms = 0): Hit => ({ ip, time: BEGIN + ms })

test.each([false, true])(
  'an orderly restart splits no window where there are check-points (listening: %s)',
  async (isListening) => {
    const checkpoints = new MemoryCheckpoints()
    const first = await run(checkpoints, {}, isListening)
    first.supply.push(hit('a'), hit('b'), hit('a'))
    await first.train.stop()
    await first.running
    expect(first.outputs).toEqual([])
    expect(first.supply.acknowledged).toBe(3) // The record has them.
    expect(first.train.accounts()[1]).toMatchObject({ in: 3, held: 3, out: 0 })
    expect(first.ear.heard).toEqual([])
    const second = await run(checkpoints, {}, isListening)
    second.supply.push(hit('a'))
    second.clock.advance(1000)
    expect(second.outputs).toEqual([
      { key: 'a', count: 3, size: 3, fromMs: 0, toMs: 1000 },
      { key: 'b', count: 1, size: 1, fromMs: 0, toMs: 1000 },
    ])
    await second.train.stop()
  },
)

test('without check-points, with onStop give, or when the input has ended, everything is given at the end', async () => {
  const without = await run(null)
  without.supply.push(hit('a'))
  await without.train.stop()
  expect(without.outputs).toHaveLength(1)
  const giving = await run(new MemoryCheckpoints(), { onStop: 'give' })
  giving.supply.push(hit('a'))
  await giving.train.stop()
  expect(giving.outputs).toHaveLength(1)
  const ended = await run(new MemoryCheckpoints())
  ended.supply.push(hit('a'))
  ended.supply.close()
  await ended.running
  expect(ended.outputs).toHaveLength(1)
})

test('a record that could not be stored keeps nothing: the events stay unacknowledged', async () => {
  const checkpoints = new MemoryCheckpoints()
  const { supply, train, running } = await run(checkpoints)
  supply.push(hit('a'))
  checkpoints.store = () => Promise.reject(new Error('disk full'))
  await train.stop()
  await expect(running).rejects.toThrow('disk full')
  expect(supply.acknowledged).toBe(0)
})

test('the watermark outlives a restart: what was late stays late', async () => {
  const checkpoints = new MemoryCheckpoints()
  const options: Partial<Options> = { timeGetter: itemGetter('time'), windowMs: 10, latenessMs: 5 }
  const first = await run(checkpoints, options)
  first.supply.push(hit('a', 3), hit('a', 12), hit('a', 16))
  expect(first.outputs).toMatchObject([{ toMs: 10 }])
  await first.train.stop()
  const second = await run(checkpoints, options)
  expect(second.aggregate.progress()).toMatchObject({ watermarkMs: BEGIN + 11, groups: 1 })
  second.supply.push(hit('a', 9), hit('a', 19), hit('a', 25))
  expect(second.dead).toHaveLength(1)
  expect(second.outputs).toMatchObject([{ count: 3, fromMs: 10, toMs: 20 }])
  await second.train.stop()
})

test('a window that ended while nobody ran is given at the start', async () => {
  const checkpoints = new MemoryCheckpoints()
  const first = await run(checkpoints)
  first.supply.push(hit('a'))
  await first.train.stop()
  const record = JSON.parse(checkpoints.record ?? '') as {
    snapshots: { Aggregate: { groups: { fromMs: number; toMs: number }[] } }
  }
  for (const group of record.snapshots.Aggregate.groups)
    Object.assign(group, { fromMs: BEGIN - 9000, toMs: BEGIN - 8000 })
  checkpoints.record = JSON.stringify(record)
  const second = await run(checkpoints)
  second.clock.advance(0)
  expect(second.outputs).toMatchObject([{ key: 'a', toMs: -8000 }])
  await second.train.stop()
})

test('the snapshot of version 1 is read, one of a newer version is refused', async () => {
  const { aggregate, supply, clock, outputs, train } = await run(null)
  const old: Json = { endMs: BEGIN + 500, groups: [{ key: 'a', state: 2, size: 2 }] }
  aggregate.restore(old)
  aggregate.start()
  supply.push(hit('b'))
  clock.advance(500)
  expect(outputs).toEqual([{ key: 'a', count: 2, size: 2, fromMs: -500, toMs: 500 }])
  expect(() => aggregate.restore({ version: 3, groups: [] })).toThrow(
    'windows were kept by a newer version (format 3, this one knows 2): run that version',
  )
  await train.stop()
})

test('a snapshot is JSON, and gives the same windows again', async () => {
  const { aggregate, supply, train } = await run(null, { timeGetter: itemGetter('time'), gapMs: 10 })
  supply.push(hit('a', -3), hit('b', 4))
  const snapshot = aggregate.snapshot()
  expect(snapshot).toEqual({
    version: 2,
    watermarkMs: BEGIN + 4,
    groups: [
      { key: 'a', fromMs: BEGIN - 3, toMs: BEGIN + 7, state: 1, size: 1 },
      { key: 'b', fromMs: BEGIN + 4, toMs: BEGIN + 14, state: 1, size: 1 },
    ],
  })
  expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot)
  await train.stop()
})
