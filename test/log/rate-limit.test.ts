import { expect, test } from '@jest/globals'
import { RateLimit } from '../../lib/log/rate-limit.js'

function start(options: Partial<ConstructorParameters<typeof RateLimit>[0]> = {}) {
  const told: string[] = []
  const rate = new RateLimit({ linesMax: 2, windowMs: 1000, messagesMax: 10, ...options })
  const admits = (key: string, nowMs: number) => rate.admits(key, nowMs, (withheld) => told.push(`${key}: ${withheld}`))
  return { rate, admits, told }
}

test('in each window so many lines pass, and the number of the others is told when it is over, not a moment before', () => {
  const { rate, admits, told } = start()
  expect([0, 1, 2, 3, 999].map((now) => admits('a', now))).toEqual([true, true, false, false, false])
  rate.tell(999)
  expect([told, rate.isWithholding]).toEqual([[], true])
  rate.tell(1000)
  expect([told, rate.isWithholding]).toEqual([['a: 3'], false])
  expect([1001, 1002, 1003].map((now) => admits('a', now))).toEqual([true, true, false])
})

test('the line that begins the next window comes behind the number', () => {
  const { admits, told } = start({ linesMax: 1 })
  expect([0, 1, 1000].map((now) => admits('a', now))).toEqual([true, false, true])
  expect(told).toEqual(['a: 1'])
})

test('messages are counted each for itself', () => {
  const { admits, told } = start({ linesMax: 1 })
  expect(['a', 'b', 'a'].map((key) => admits(key, 0))).toEqual([true, true, false])
  expect(admits('b', 1000)).toBe(true)
  expect(told).toEqual(['a: 1'])
})

test('where nothing was withheld nothing is told', () => {
  const { rate, admits, told } = start()
  admits('a', 0)
  rate.tell(Infinity)
  expect(told).toEqual([])
})

test('of too many messages the oldest goes, and its number is told', () => {
  const { admits, told } = start({ linesMax: 1, messagesMax: 2 })
  for (const key of ['a', 'a', 'b', 'c']) admits(key, 0)
  expect(told).toEqual(['a: 1'])
  expect([admits('c', 0), admits('a', 0)]).toEqual([false, true])
})

test('0 lets all pass', () => {
  const { admits } = start({ linesMax: 0 })
  expect([0, 0, 0].every((now) => admits('a', now))).toBe(true)
})

test('other limits hold from then on, and what was withheld before is still told', () => {
  const { rate, admits, told } = start({ linesMax: 1 })
  admits('a', 0)
  admits('a', 0)
  rate.adjust({ linesMax: 3, windowMs: 10, messagesMax: 10 })
  expect([admits('a', 1), admits('a', 1)]).toEqual([true, false])
  rate.tell(10)
  expect(told).toEqual(['a: 2'])
})
