import { expect, test } from '@jest/globals'
import { Delay } from '../../cogs/delay.js'
import { testTrain } from '../../lib/testing/index.js'
import { runTrain } from '../support/engine-kit.js'

test('each datum goes on when its time is over, and not a moment before', async () => {
  const { supply, drain, clock, end } = await runTrain(({ train }) => [new Delay(train, { delayMs: 100 })])
  supply.push(1)
  clock.advance(60)
  supply.push(2)
  clock.advance(39)
  expect(drain.taken).toEqual([])
  clock.advance(1)
  expect(drain.taken).toEqual([1])
  clock.advance(60)
  expect(drain.taken).toEqual([1, 2])
  await end()
})

test('when the train stops, what waits goes on at once', async () => {
  const { supply, drain, end } = await runTrain(({ train }) => [new Delay(train)])
  supply.push(1, 2)
  await end()
  expect(drain.taken).toEqual([1, 2])
})

test('a time below 0 is refused', () => {
  expect(() => new Delay(testTrain().train, { delayMs: -1 })).toThrow('delayMs must be at least 0: it is -1')
})
