import { expect, test } from '@jest/globals'
import { Backoff } from '../../lib/net/backoff.js'

test('doubles up to its bound, and begins again once it went well', () => {
  const backoff = new Backoff({ retryMs: 100, retryMaxMs: 1000 }, () => 1)
  expect(Array.from({ length: 6 }, () => backoff.nextMs())).toEqual([100, 200, 400, 800, 1000, 1000])
  expect(backoff.failures).toBe(6)
  backoff.reset()
  expect(backoff.nextMs()).toBe(100)
})

test('waits by chance between a half and the whole', () => {
  let chance = 0
  const backoff = new Backoff({ retryMs: 100, retryMaxMs: 100 }, () => chance)
  expect(backoff.nextMs()).toBe(50)
  chance = 0.5
  expect(backoff.nextMs()).toBe(75)
})

test('stays finite however often it fails', () => {
  const backoff = new Backoff({ retryMs: 1, retryMaxMs: 60_000 }, () => 1)
  backoff.failures = 5000
  expect(backoff.nextMs()).toBe(60_000)
})
