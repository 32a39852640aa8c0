import { expect, test } from '@jest/globals'
import { Escapement } from '../../../lib/movement/index.js'
import { CheckClock } from '../../../lib/testing/check/clock.js'

test('it says what is due next, until that has rung or is taken back', () => {
  const clock = new CheckClock({ nowMs: 100 })
  expect(clock.dueMs).toBe(Infinity)
  let rung = 0
  clock.alarm(300, () => rung++)
  const disarm = clock.alarm(200, () => rung++)
  expect(clock.dueMs).toBe(200)
  disarm()
  expect(clock.dueMs).toBe(300)
  clock.advance(200)
  expect([clock.dueMs, rung]).toEqual([Infinity, 1])
})

test('timers of an escapement are due', () => {
  const clock = new CheckClock()
  const esc = new Escapement({ clock })
  esc.after(500, () => undefined)
  expect(clock.dueMs).toBe(500)
})
