import { Allowance } from '../../../lib/wire/request/allowance.js'

function start(perSecond: number, burst: number) {
  let nowMs = 0
  const allowance = new Allowance({ perSecond, burst, now: () => nowMs })
  const advance = (ms: number): void => {
    nowMs += ms
  }
  const taken = (count: number, client = 'a') =>
    Array.from({ length: count }, () => allowance.take(client)).filter(Boolean)
  return { allowance, advance, taken }
}

test('so many at once, then so many a second', () => {
  const { advance, taken } = start(100, 5)
  expect(taken(9)).toHaveLength(5)
  advance(9)
  expect(taken(9)).toHaveLength(0)
  advance(1)
  expect(taken(9)).toHaveLength(1)
  advance(60_000)
  expect(taken(9)).toHaveLength(5)
})

test('one client takes nothing from another', () => {
  const { taken } = start(1, 2)
  expect([taken(3, 'a').length, taken(3, '__proto__').length, taken(3, 'a').length]).toEqual([2, 2, 0])
})

test('over a long time it is the rate, whatever the pauses', () => {
  const { advance, taken } = start(7, 3)
  let count = 0
  for (let k = 0; k < 1_000; k++) {
    count += taken(2).length
    advance(37)
  }
  expect(Math.abs(count - (37 * 7 + 3))).toBeLessThanOrEqual(1)
})

test('clients that paused are forgotten, and those who did not are kept', () => {
  const { allowance, advance, taken } = start(1, 2)
  for (let k = 0; k < 1_023; k++) taken(1, `old ${k}`)
  advance(1_999)
  taken(2, 'new')
  advance(1)
  taken(1, 'another')
  expect(allowance.size).toBe(2)
  expect(taken(1, 'new')).toHaveLength(0)
})
