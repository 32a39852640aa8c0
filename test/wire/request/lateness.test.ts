import { Lateness } from '../../../lib/wire/request/lateness.js'

test('what comes later than the one that came soonest is late by the difference, whatever the clocks show', () => {
  for (const aheadMs of [-90_000, 0, 90_000]) {
    const lateness = new Lateness()
    lateness.of(3 - aheadMs, 0)
    expect(lateness.of(2 - aheadMs, 0)).toBe(0)
    expect(lateness.of(252 - aheadMs, 0)).toBe(250)
    expect(lateness.of(2 - aheadMs, 0)).toBe(0)
  }
})

test('of the first one nothing is known: it is as late as it says', () => {
  expect(new Lateness().of(400, 7)).toBe(400)
  expect(new Lateness().of(-400, 7)).toBe(0)
})

test('after a clock was put back nothing is late for ever', () => {
  const lateness = new Lateness()
  lateness.of(0, 0)
  const told = Array.from({ length: 101 }, (_, s) => lateness.of(1000, s * 1000))
  expect([told[0], told[50], told[100]]).toEqual([1000, 500, 0])
})

test('what comes late after a long pause is late: a pause is no reason to trust the clocks less', () => {
  const lateness = new Lateness()
  lateness.of(2, 0)
  expect(lateness.of(802, 86_400_000)).toBe(790)
})
