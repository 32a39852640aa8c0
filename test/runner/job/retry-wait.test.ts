import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { retryWait } from '../../../lib/runner/job/retry-wait.js'

test("the wait grows by the seed's rule, up to its limit", () => {
  const entry = { delay: 100, backoff: 1.1, maxDelay: 3600, jitter: 0 }
  expect([1, 2, 20, 21].map((failures) => Math.round(retryWait(entry, failures, 1)))).toEqual([110, 121, 673, 673])
  expect(retryWait({ ...entry, backoff: 2 }, 6, 0)).toBe(3600)
})

test('chance adds up to its part', () => {
  fc.assert(
    fc.property(fc.nat(30), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
      const entry = { delay: 7, backoff: 1.5, maxDelay: 500, jitter: 0.25 }
      const least = retryWait(entry, failures, 0)
      expect(retryWait(entry, failures, chance)).toBeGreaterThanOrEqual(least)
      expect(retryWait(entry, failures, chance)).toBeLessThanOrEqual(least * 1.25)
    }),
  )
})
