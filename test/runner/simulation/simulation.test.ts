import { expect, test } from '@jest/globals'
import { simulate } from './simulate.js'

test('a fleet costs nothing but keep-alives while it waits, and dead nodes cost the time of their leases', async () => {
  const seen = await simulate({ groups: 3, nodes: 4, jobs: 100, due: 10, deaths: 1 })
  expect(seen).toMatchObject({ nodes: 12, jobs: 300, doubles: 0, keysWaiting: 1 })
  expect(seen.idle).toMatchObject({ writes: 0, reads: 0 })
  expect(seen.idle.keepAlives).toBeLessThanOrEqual((12 * 60) / 2.5 + 12) // A quarter of a lease.
  expect(seen.failedOver).toBeGreaterThan(0)
  // The lease, and a second: what is promised.
  expect(seen.failOverMs).toBeLessThanOrEqual(11_000)
})
