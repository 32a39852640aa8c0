import { expect, test } from '@jest/globals'
import { Rate, type RateOptions } from '../../cogs/rate.js'
import { testTrain } from '../../lib/testing/index.js'
import { runTrain } from '../support/engine-kit.js'

const start = (options: RateOptions<number>) => runTrain(({ train }) => [new Rate<number>(train, options)])

test('says how many come a second, in the mean and in the busiest second', async () => {
  const { supply, drain, clock, end } = await start({ periodMs: 10_000 })
  supply.push(1, 2, 3, 4)
  clock.advance(999)
  supply.push(5)
  clock.advance(1)
  supply.push(6)
  clock.advance(9000)
  expect(drain.taken).toMatchObject([{ key: null, perSecond: 0.6, peakPerSecond: 5 }])
  await end()
})

test('a period that is broken off counts as long as it was, and at least 1 ms', async () => {
  const { supply, drain, clock, end } = await start({ periodMs: 60_000, keysMax: 1, keyGetter: (n) => n })
  clock.advance(2000)
  supply.push(1, 2)
  expect(drain.taken).toMatchObject([{ perSecond: 0.5 }, { perSecond: 0.5 }])
  supply.push(3)
  await end()
  expect(drain.taken).toMatchObject([{ key: '1' }, { key: '2' }, { key: '3', perSecond: 1000 }])
})

test('amounts count by what they are', async () => {
  const { supply, drain, clock, dead, end } = await start({ periodMs: 1000, amountGetter: (n) => n })
  supply.push(10, NaN, 30)
  clock.advance(1000)
  expect([drain.taken, dead.length]).toMatchObject([[{ perSecond: 40, peakPerSecond: 40 }], 1])
  await end()
})

test('options are checked at once', () => {
  expect(() => new Rate(testTrain().train, { keysMax: 0 })).toThrow('keysMax must be at least 1: it is 0')
  expect(() => new Rate(testTrain().train, { amountGetter: 1 as never })).toThrow('amountGetter must be a function')
})
