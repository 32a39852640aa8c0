import { expect, test } from '@jest/globals'
import { nextCronMs, readCron } from '../../../lib/movement/loop/cron.js'

test("the next time is in the pattern's time zone", () => {
  const from = Date.parse('2027-01-01T00:00:00Z')
  expect(nextCronMs(readCron('0 12 * * *', 'UTC'), from)).toBe(Date.parse('2027-01-01T12:00:00Z'))
  expect(nextCronMs(readCron('0 12 * * *', 'Asia/Tokyo'), from)).toBe(Date.parse('2027-01-01T03:00:00Z'))
})

test('there is no next time when its year is over', () => {
  expect(nextCronMs(readCron('0 0 0 1 1 * 2020'), Date.parse('2027-01-01T00:00:00Z'))).toBeNull()
})

test('before all years the first of them counts, and behind them there is none', () => {
  const yearly = readCron('0 0 1 1 *', 'UTC')
  expect([1e300, Infinity, NaN, 8.64e15].map((ms) => nextCronMs(yearly, ms))).toEqual([null, null, null, null])
  expect(nextCronMs(yearly, -1e300)).toBeGreaterThan(Date.parse('0001-01-01T00:00:00Z'))
})

test.each(['', 'x', '99 * * * *', '* * *'])('%j is no pattern', (pattern) => {
  expect(() => readCron(pattern)).toThrow(/cron pattern must be five to seven fields/)
})
