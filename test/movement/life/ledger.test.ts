import { expect, test } from '@jest/globals'
import { Ledger } from '../../../lib/movement/life/ledger.js'

/** A ledger with one place, and what was counted there. */
function account(arrived: number, counts: Partial<Record<keyof Ledger, number>>) {
  const ledger = new Ledger(1)
  for (const [name, count] of Object.entries(counts)) ledger[name as 'exits'][0] = count
  return ledger.account(0, 'cog', arrived)
}

const nothing = { cog: 'cog', split: 0, swallowed: 0, merged: 0, held: 0, diverted: 0 }

test('a place where nothing was counted let all of it through', () => {
  expect(account(5, {})).toEqual({ ...nothing, in: 5, out: 5 })
})

test('what gave nothing was swallowed, unless it is held', () => {
  expect(account(5, { exits: 3, holds: 1 })).toEqual({ ...nothing, in: 5, out: 2, swallowed: 2, held: 1 })
})

test('results beyond the first are a split', () => {
  expect(account(2, { extra: 3 })).toEqual({ ...nothing, in: 2, out: 5, split: 3 })
})

test('what failed was diverted, at once or when it was given back', () => {
  expect(account(3, { failed: 1 })).toEqual({ ...nothing, in: 3, out: 2, diverted: 1 })
  const held = { exits: 1, holds: 1, back: 1, failed: 1, failedHeld: 1 }
  expect(account(3, held)).toEqual({ ...nothing, in: 3, out: 2, diverted: 1 })
})

test('held data that come back as three are one and a split of two', () => {
  expect(account(1, { exits: 1, holds: 1, back: 1, resumed: 3 })).toEqual({ ...nothing, in: 1, out: 3, split: 2 })
})

test('what is shared went on and is held as well', () => {
  expect(account(1, { holds: 1, shared: 1 })).toEqual({ ...nothing, in: 1, out: 1, split: 1, held: 1 })
})

test('merged data live on in one that came by a split', () => {
  const counts = { exits: 3, holds: 3, back: 3, merged: 3, mergers: 1 }
  expect(account(3, counts)).toEqual({ ...nothing, in: 3, out: 1, split: 1, merged: 3 })
})

test('a place beyond the last has an empty account', () => {
  expect(new Ledger(0).account(3, 'cog', 1)).toEqual({ ...nothing, in: 1, out: 1 })
})
