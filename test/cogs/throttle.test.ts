import { expect, test } from '@jest/globals'
import { Throttle, type ThrottleOptions } from '../../cogs/throttle.js'
import { testTrain } from '../../lib/testing/index.js'
import { runTrain } from '../support/engine-kit.js'

async function start(options: ThrottleOptions<number>) {
  let throttle!: Throttle<number>
  const rig = await runTrain(({ train }) => [(throttle = new Throttle<number>(train, options))])
  return { ...rig, throttle }
}

test('after a burst so many a second go through, what is more is dropped and counted', async () => {
  const { supply, drain, clock, throttle, train, end } = await start({ perSecond: 10, burst: 2 })
  supply.push(1, 2, 3)
  clock.advance(99)
  supply.push(4)
  clock.advance(1)
  supply.push(5, 6)
  clock.advance(60_000)
  supply.push(7, 8, 9)
  expect(drain.taken).toEqual([1, 2, 5, 7, 8])
  expect(throttle.progress()).toEqual({ dropped: 4, delayed: 0 })
  expect(train.accounts()[1]).toMatchObject({ in: 9, out: 5, swallowed: 4 })
  await end()
})

test('what is delayed goes on in its turn, and not a moment before; at the end at once', async () => {
  const { supply, drain, clock, throttle, end } = await start({ perSecond: 10, burst: 1, onExcess: 'delay' })
  supply.push(1, 2, 3, 4)
  expect(drain.taken).toEqual([1])
  clock.advance(99)
  expect(drain.taken).toEqual([1])
  clock.advance(1)
  expect(drain.taken).toEqual([1, 2])
  clock.advance(100)
  expect(drain.taken).toEqual([1, 2, 3])
  await end()
  expect(drain.taken).toEqual([1, 2, 3, 4])
  expect(throttle.progress()).toEqual({ dropped: 0, delayed: 3 })
})

test('each key has a bucket of its own, and what is more may fail', async () => {
  const { supply, drain, dead, end } = await start({
    perSecond: 1,
    burst: 1,
    keyGetter: (n) => n % 2,
    onExcess: 'fail',
  })
  supply.push(1, 2, 3)
  expect([drain.taken, dead.map(({ data }) => data)]).toEqual([[1, 2], [3]])
  expect((dead[0]?.error.cause as Error).message).toBe('no more than 1 data a second may come (perSecond)')
  await end()
})

test('no more than keysMax keys are remembered', async () => {
  const { supply, drain, end } = await start({ perSecond: 1, burst: 1, keyGetter: (n) => n, keysMax: 2 })
  supply.push(1, 2, 3, 3, 2, 1)
  expect(drain.taken).toEqual([1, 2, 3, 1])
  await end()
})

test('what was sent is remembered over a restart', () => {
  const { train } = testTrain()
  const [before, after] = [new Throttle(train, { burst: 1 }), new Throttle(train, { burst: 1 })]
  before.turn('a')
  after.restore(JSON.parse(JSON.stringify(before.snapshot())) as never)
  expect(after.turn('b')).toBeNull()
})

test('options are checked at once', () => {
  const make = (options: object) => () => new Throttle(testTrain().train, options)
  expect(make({ perSecond: 0 })).toThrow('perSecond must be above 0: it is 0')
  expect(make({ burst: 0 })).toThrow('burst must be at least 1: it is 0')
  expect(make({ onExcess: 'wait' })).toThrow('onExcess must be one of drop, delay, fail: it is "wait"')
  expect(make({ keyGetter: 'ip' })).toThrow('keyGetter must be a function: it is "ip"')
})
