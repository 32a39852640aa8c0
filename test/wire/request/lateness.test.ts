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
  expect(lateness.of(1000, 0)).toBe(1000)
  expect(lateness.of(1000, 50_000)).toBe(500)
  expect(lateness.of(1000, 100_000)).toBe(0)
})
