import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { Sleep } from '../../../lib/runner/node/sleep.js'

function start() {
  const clock = new ManualClock({ nowMs: 1000 })
  let totalMs = 500
  const sleep = new Sleep(clock, () => totalMs)
  return { clock, sleep, nap: (ms: number) => (totalMs += ms) }
}

it('adds up what was slept since, and nothing that was slept before', () => {
  const { clock, sleep, nap } = start()
  expect(sleep.since(1000)).toBe(0)
  nap(3000)
  clock.advance(10)
  expect(sleep.since(1000)).toBe(3000)
  nap(60)
  clock.advance(10)
  expect([sleep.since(1000), sleep.since(1010), sleep.since(1020)]).toEqual([3060, 60, 0])
})

it('takes no rounding of the kernel for sleep', () => {
  const { clock, sleep, nap } = start()
  for (const ms of [10, -20, 30, 20]) {
    nap(ms)
    clock.advance(10)
    expect(sleep.since(1000)).toBe(0)
  }
  nap(10)
  expect(sleep.since(1000)).toBe(50)
})

it('finds that this machine is awake', () => {
  const clock = new ManualClock()
  const sleep = new Sleep(clock)
  clock.advance(10)
  expect(sleep.since(0)).toBe(0)
})
