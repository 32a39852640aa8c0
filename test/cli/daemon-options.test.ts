import { expect, test } from '@jest/globals'
import { count, duration } from '../../lib/cli/daemon-options.js'

test('durations are those of the settings', () => {
  expect([duration('40s'), duration('5m'), duration('250')]).toEqual([40_000, 300_000, 250])
  expect(() => duration('soon')).toThrow('It must be')
})

test('counts are whole numbers', () => {
  expect(count('20')).toBe(20)
  for (const wrong of ['-1', '1.5', 'x', '', '9999999999']) expect(() => count(wrong)).toThrow('a whole number')
})
