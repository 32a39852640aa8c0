import { expect, test } from '@jest/globals'
import { retryAfterMs } from '../../lib/net/http-client.js'

// How it asks is told by the tests of HttpDrain.
test('reads when to come again as seconds or a date', () => {
  const now = Date.UTC(2026, 0, 1)
  expect(retryAfterMs('120', now)).toBe(120_000)
  expect(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', now)).toBe(60_000)
  expect([undefined, 'soon', 'Wed, 31 Dec 2025 00:00:00 GMT'].map((header) => retryAfterMs(header, now))).toEqual([
    0, 0, 0,
  ])
})
