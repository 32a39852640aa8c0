import { jest } from '@jest/globals'
import { Timer } from '../../../../lib/runner/host/child/timer.js'

let rang: Timer[]
let timer: Timer

beforeEach(() => {
  jest.useFakeTimers()
  rang = []
  timer = new Timer((its) => rang.push(its))
})
afterEach(() => {
  jest.useRealTimers()
})

test('it rings once after its time, and can be started anew', () => {
  timer.run(100)
  jest.advanceTimersByTime(99)
  timer.run(100)
  jest.advanceTimersByTime(99)
  expect(rang).toEqual([])
  jest.advanceTimersByTime(1)
  expect(rang).toEqual([timer])
  timer.run(1)
  jest.advanceTimersByTime(1000)
  expect(rang).toHaveLength(2)
})

test('0 or less ends it, and so does cancel, which says whether it ran', async () => {
  timer.run(5)
  timer.run(-1)
  expect(await timer.cancel()).toBe(false)
  timer.run(5)
  expect([await timer.cancel(), await timer.cancel()]).toEqual([true, false])
  jest.advanceTimersByTime(1000)
  expect(rang).toEqual([])
  expect(() => timer.run(NaN)).toThrow('delayMs must be a number of ms: it is NaN')
})

test('it may be set for longer than Node can wait at once', () => {
  timer.run(2 ** 31 + 1000)
  jest.advanceTimersByTime(2 ** 31 + 999)
  expect(rang).toEqual([])
  jest.advanceTimersByTime(1)
  expect(rang).toHaveLength(1)
})
