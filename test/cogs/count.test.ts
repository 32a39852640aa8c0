import { expect, test } from '@jest/globals'
import { Count, type CountOptions } from '../../cogs/count.js'
import { testTrain } from '../../lib/testing/index.js'
import { runTrain } from '../support/engine-kit.js'

const start = (options: CountOptions<number>) => runTrain(({ train }) => [new Count<number>(train, options)])

test('counts by key, or amounts', async () => {
  const { supply, drain, clock, end } = await start({ periodMs: 1000, keyGetter: (n) => (n % 2 ? 'odd' : '__proto__') })
  supply.push(1, 2, 3)
  clock.advance(1000)
  expect(drain.taken).toMatchObject([
    { key: 'odd', count: 2 },
    { key: '__proto__', count: 1 },
  ])
  await end()
  const amounts = await start({ periodMs: 1000, amountGetter: (n) => n })
  amounts.supply.push(1.5, 2)
  await amounts.end()
  expect(amounts.drain.taken).toMatchObject([{ key: null, count: 3.5 }])
})

test('an amount that is no number fails alone', async () => {
  const { supply, drain, dead, end } = await start({ amountGetter: (n) => 1 / n })
  supply.push(0, 1)
  await end()
  expect(dead.map(({ error }) => (error.cause as Error).message)).toEqual([
    'an amount must be a finite number: it is Infinity',
  ])
  expect(drain.taken).toMatchObject([{ count: 1 }])
})

test('options are checked at once', () => {
  const make = (options: object) => () => new Count(testTrain().train, options)
  expect(make({ periodMs: 0 })).toThrow('periodMs must be at least 1: it is 0')
  expect(make({ amountGetter: 'bytes' })).toThrow('amountGetter must be a function: it is "bytes"')
})
