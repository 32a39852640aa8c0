import { expect, test } from '@jest/globals'
import { FaultyDrain, FaultySupply, testTrain, type FaultyDrainOptions } from '../../lib/testing/index.js'

const DATA = Array.from({ length: 50 }, (_, n) => n)

async function run(options: FaultyDrainOptions, stallAt = Infinity) {
  const { train, clock, esc, dead } = testTrain({ finishTimeoutMs: 1000, inFlightMax: 10 })
  const supply = new FaultySupply(train, { data: DATA, pauseMs: 0 })
  const drain = new FaultyDrain<number>(train, options)
  train.line(supply, (n: number) => (n === stallAt && drain.stall(), [n]), drain)
  let error: unknown = null
  const running = train.run({ signals: false }).catch((thrown: unknown) => (error = thrown))
  await new Promise((resolve) => setImmediate(resolve))
  await clock.runUntilIdle()
  const before = [...supply.acknowledged]
  drain.release()
  await clock.runUntilIdle()
  await running
  esc.close()
  return {
    taken: drain.taken,
    refused: drain.refused,
    dead,
    before,
    acknowledged: supply.acknowledged,
    error: error as Error | null,
  }
}

test('what is written late is acknowledged late, all of it in the end', async () => {
  const { taken, acknowledged } = await run({ delayMs: 50, seed: 3 })
  expect([taken, acknowledged]).toEqual([DATA, DATA])
})

test('stalled, it holds the train up at its limit, and released all goes through', async () => {
  const { taken, before, acknowledged } = await run({ fullAt: 10 }, 5)
  expect(before.length).toBeLessThan(10)
  expect([taken, acknowledged]).toEqual([DATA, DATA])
})

test('what it refuses becomes a dead letter, by the seed', async () => {
  const [one, again] = [await run({ refusePercent: 30, seed: 5 }), await run({ refusePercent: 30, seed: 5 })]
  expect(one.refused.length).toBeGreaterThan(3)
  expect(one.dead.map(({ data }) => data)).toEqual(one.refused)
  expect([...one.taken, ...one.refused].sort((a, b) => a - b)).toEqual(DATA)
  expect(one.refused).toEqual(again.refused)
})

test('it fails the train where it is told to', async () => {
  const { error } = await run({ failAt: { count: 7, error: new Error('disk') } })
  expect(error?.message).toBe('disk')
})

test('impossible options are refused', () => {
  const { train } = testTrain()
  expect(() => new FaultyDrain(train, { fullAt: 0 })).toThrow('fullAt must be at least 1: it is 0')
})
