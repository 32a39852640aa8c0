import { expect, test } from '@jest/globals'
import { lagOf, rowsOf } from '../../../lib/cli/steer/rates.js'

const look = (atMs: number, count: number) => ({
  atMs,
  values: {
    'A.accounts.in': count,
    'A.accounts.out': count / 2,
    'A.accounts.held': 1,
    'A.accounts.diverted': 2,
    'A.ns': 40,
    'B.accounts.in': 5,
    'A.progress': [{ lag: 3 }, { lag: 4 }, { path: 'x' }],
    'B.progress': { lag: 1 },
  },
})

test('rates are what came between two looks, for each second', () => {
  const [a, b] = rowsOf(look(1500, 30), look(1000, 10))
  expect(a).toEqual({ cog: 'A', inRate: 40, outRate: 20, in: 30, out: 15, held: 1, diverted: 2, ns: 40 })
  expect(b).toMatchObject({ cog: 'B', inRate: 0, in: 5 })
})

test('nothing is known of rates without a look before, or where another train counts anew', () => {
  expect(rowsOf(look(1500, 30), null)[0]?.inRate).toBe(0)
  expect(rowsOf(look(1500, 10), look(1000, 30))[0]?.inRate).toBe(0)
})

test('the lag is that of all supplies that know it', () => {
  expect(lagOf(look(0, 0))).toBe(8)
  expect(lagOf({ atMs: 0, values: { 'A.progress': [{ path: 'x' }] } })).toBeNull()
})
