import { expect, test } from '@jest/globals'
import { Quantiles, type QuantilesOptions } from '../../cogs/quantiles.js'
import type { Json } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { runTrain } from '../support/engine-kit.js'

type Options = QuantilesOptions<number>
async function start(options: Options) {
  let quantiles!: Quantiles<number>
  const all = { periodMs: 1000, getter: (n: number) => n, ...options }
  const rig = await runTrain(({ train }) => [(quantiles = new Quantiles<number>(train, all))])
  return { ...rig, quantiles }
}

test('says what most are at most, within the accuracy', async () => {
  const { supply, drain, clock, end } = await start({ quantiles: ['p0', 'p50', 'p99.9', 'p100'], accuracy: 0.05 })
  for (let n = 1; n <= 1001; n++) supply.push(n)
  clock.advance(1000)
  const [found] = drain.taken as unknown as Record<string, number>[]
  expect(found).toMatchObject({ key: null, count: 1001, min: 1, max: 1001, p0: 1, p100: 1001 })
  expect(found?.mean).toBeCloseTo(501)
  expect(Math.abs((found?.p50 ?? 0) - 501) / 501).toBeLessThanOrEqual(0.05)
  expect(Math.abs((found?.['p99.9'] ?? 0) - 1000) / 1000).toBeLessThanOrEqual(0.05)
  await end()
})

test('what is no number fails alone, and makes no key', async () => {
  const { supply, drain, dead, end } = await start({ keyGetter: (n) => String(n) })
  supply.push(NaN, 7)
  await end()
  expect(drain.taken).toMatchObject([{ key: '7', count: 1, p50: 7, p90: 7, p99: 7 }])
  expect((dead[0]?.error.cause as Error).message).toBe('what is measured must be a finite number: it is NaN')
})

test('goes on over a restart, with another accuracy too', async () => {
  const before = await start({})
  before.supply.push(1, 10)
  const snapshot = JSON.stringify(before.quantiles.snapshot())
  await before.end()
  const { quantiles, supply, drain, end } = await start({ accuracy: 0.3 })
  quantiles.restore(JSON.parse(snapshot) as Json)
  supply.push(100)
  await end()
  const [found] = drain.taken as unknown as Record<string, number>[]
  expect(found).toMatchObject({ count: 3, min: 1, max: 100 })
  expect(Math.abs((found?.p50 ?? 0) - 10)).toBeLessThanOrEqual(0.1)
})

test('options are checked at once', () => {
  const make = (options: object) => () => new Quantiles(testTrain().train, options)
  expect(make({ quantiles: ['p50', 'p101'] })).toThrow(
    'a quantile must be from p0 to p100, such as p50 or p99.9: it is "p101"',
  )
  expect(make({ quantiles: ['__proto__'] })).toThrow('a quantile must be from p0 to p100')
  expect(make({ accuracy: 0 })).toThrow('accuracy must be from 0.0001 to 0.5: it is 0')
  expect(make({ bucketsMax: 0 })).toThrow('bucketsMax must be at least 1: it is 0')
  expect(make({ getter: 'ms' })).toThrow('getter must be a function: it is "ms"')
})
