import { expect, test } from '@jest/globals'
import { Tally } from '../../../lib/testing/check/tally.js'

const of = (act: (tally: Tally) => void) => {
  const tally = new Tally()
  act(tally)
  const { in: arrived, out, swallowed, merged, held, diverted, isSure } = tally
  return { arrived, out, swallowed, merged, held, diverted, isSure }
}
const none = { arrived: 0, out: 0, swallowed: 0, merged: 0, held: 0, diverted: 0, isSure: true }

test('what a turn gives goes out; what it neither gives nor keeps is swallowed', () => {
  expect(of((tally) => tally.returned([1, 2], false))).toEqual({ ...none, out: 2 })
  expect(of((tally) => tally.returned(null, false))).toEqual({ ...none, swallowed: 1 })
  expect(of((tally) => tally.returned([], false))).toEqual({ ...none, swallowed: 1 })
  expect(of((tally) => tally.returned(undefined, true))).toEqual(none)
})

test('what can give later makes it unsure', () => {
  expect(of((tally) => tally.returned(new Set([1]), false)).isSure).toBe(false)
})

test('held data go on, fail, or become one', () => {
  expect(of((tally) => tally.resumed([1, 2]))).toEqual({ ...none, held: -1, out: 2 })
  expect(of((tally) => tally.resumed(null))).toEqual({ ...none, held: -1, swallowed: 1 })
  expect(of((tally) => tally.rejected())).toEqual({ ...none, held: -1, diverted: 1 })
  expect(of((tally) => tally.becameOne(3, 'x'))).toEqual({ ...none, held: -3, merged: 3, out: 1 })
  expect(of((tally) => tally.becameOne(3, null))).toEqual({ ...none, held: -3, swallowed: 3 })
  expect(of((tally) => tally.failedAsOne(3))).toEqual({ ...none, held: -3, merged: 3, diverted: 1 })
})

test('a difference from an account is told, unless it is unsure', () => {
  const tally = new Tally()
  const account = { cog: 'x', in: 0, split: 5, out: 0, swallowed: 0, merged: 0, held: 0, diverted: 0 }
  expect(tally.differsFrom(account)).toBeNull()
  tally.failed()
  expect(tally.differsFrom(account)).toBe('diverted is 0, counted 1')
  tally.isSure = false
  expect(tally.differsFrom(account)).toBeNull()
})
