import { expect, jest, test } from '@jest/globals'
import { thisBoot } from '../../../lib/kv/embedded/boot.js'
import { ManualClock, SystemClock } from '../../../lib/movement/loop/clock.js'
import { FROM_SOURCE, runScript } from '../../support/child.js'

test('all processes of the machine have the same one', async () => {
  const before = thisBoot(new SystemClock())
  const { lines } = await runScript(
    `const { thisBoot } = await import(source + 'lib/kv/embedded/boot.ts')
     const { SystemClock } = await import(source + 'lib/movement/loop/clock.ts')
     const boot = thisBoot(new SystemClock())
     console.log(boot.id, boot.now())`,
    FROM_SOURCE,
  )
  const [id, now] = lines[0]?.split(' ') ?? []
  expect(id).toBe(before.id)
  // The child's moment lies between two of ours.
  const first = before.now()
  expect(Number(now)).toBeLessThanOrEqual(first)
  expect(Number(now)).toBeGreaterThan(first - 60_000)
})

test('its time goes as the clock does', () => {
  const clock = new ManualClock({ nowMs: 500 })
  const boot = thisBoot(clock)
  const start = boot.now()
  clock.advance(250)
  expect(boot.now()).toBe(start + 250)
  expect(boot.clockMs(start + 250)).toBeCloseTo(750, 3)
})

test('to have had to wait for a processor while it was found out does not set it wrong', () => {
  let sinceStartMs = 5000
  const hrtime = jest.spyOn(process.hrtime, 'bigint').mockImplementation(() => BigInt(sinceStartMs * 1e6))
  const clock = new ManualClock()
  const now = jest.spyOn(clock, 'now').mockImplementationOnce(() => (sinceStartMs += 40) + 700)
  now.mockImplementation(() => sinceStartMs + 700)
  try {
    expect(thisBoot(clock).now()).toBe(sinceStartMs)
  } finally {
    hrtime.mockRestore()
  }
})
