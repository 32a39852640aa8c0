import { expect, test } from '@jest/globals'
import { SampleReservoir, type SampleReservoirOptions } from '../../cogs/sample-reservoir.js'
import { testTrain } from '../../lib/testing/index.js'
import { runTrain } from '../support/engine-kit.js'

const start = (options: SampleReservoirOptions<number>) =>
  runTrain(({ train }) => [new SampleReservoir<number>(train, options)])

test('so many of each key go on when the period ends, and not a moment before; the others are swallowed', async () => {
  const { supply, drain, clock, train, end } = await start({ size: 2, periodMs: 1000, keyGetter: (n) => n % 2 })
  supply.push(1, 2)
  clock.advance(500)
  supply.push(...Array.from({ length: 98 }, (_, n) => n + 3))
  clock.advance(499)
  expect(drain.taken).toEqual([])
  clock.advance(1)
  const [odd, even] = [1, 0].map((side) => drain.taken.filter((n) => Number(n) % 2 === side) as number[])
  expect([odd?.length, even?.length]).toEqual([2, 2])
  for (const list of [odd, even]) expect(list).toEqual([...(list ?? [])].sort((a, b) => a - b))
  expect(train.accounts()[1]).toMatchObject({ in: 100, out: 4, swallowed: 96 })
  await end()
})

test('few go on whole, at the end of the train too', async () => {
  const { supply, drain, end } = await start({ size: 5 })
  supply.push(3, 1, 2)
  await end()
  expect(drain.taken).toEqual([3, 1, 2])
})

test('each that came has the same chance', async () => {
  const { supply, drain, clock, end } = await start({ size: 5, periodMs: 1 })
  for (let round = 0; round < 4000; round++) {
    supply.push(...Array(20).keys())
    clock.advance(1)
  }
  await end()
  const counts = Array.from({ length: 20 }, (_, wanted) => drain.taken.filter((n) => n === wanted).length)
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120) // Over four standard deviations.
})

test('with too many keys what is held goes on', async () => {
  const { supply, drain, end } = await start({ size: 1, keysMax: 2, keyGetter: (n) => n })
  supply.push(1, 2, 3, 4)
  expect(drain.taken).toEqual([1, 2, 3])
  await end()
})

test('options are checked at once', () => {
  const make = (options: object) => () => new SampleReservoir(testTrain().train, options)
  expect(make({ size: 0 })).toThrow('size must be at least 1: it is 0')
  expect(make({ periodMs: 0 })).toThrow('periodMs must be at least 1: it is 0')
  expect(make({ keyGetter: 'ip' })).toThrow('keyGetter must be a function: it is "ip"')
})
