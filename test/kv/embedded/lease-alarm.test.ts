import { expect, test } from '@jest/globals'
import { LeaseAlarm } from '../../../lib/kv/embedded/lease-alarm.js'
import { NEVER } from '../../../lib/kv/embedded/state.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { bootOf } from './kit.js'

function start() {
  const clock = new ManualClock()
  const rung: number[] = []
  return { clock, rung, alarm: new LeaseAlarm(clock, bootOf(clock), () => rung.push(clock.now())) }
}

test('it rings once, at the time that was named last', () => {
  const { clock, rung, alarm } = start()
  alarm.arm(100)
  alarm.arm(300)
  alarm.arm(200)
  clock.advance(1000)
  expect(rung).toEqual([200])
})

test('no lease, or none any more, and it is silent', () => {
  const { clock, rung, alarm } = start()
  alarm.arm(100)
  alarm.arm(NEVER)
  alarm.arm(200)
  alarm.disarm()
  clock.advance(1000)
  expect(rung).toEqual([])
})

test('where the clock rings too early it waits', () => {
  const { clock, rung } = start()
  const behind = { ...bootOf(clock), clockMs: (bootMs: number) => Math.max(bootMs - 1, clock.now() + 0.5) }
  new LeaseAlarm(clock, behind, () => rung.push(clock.now())).arm(100)
  clock.advance(200)
  expect(rung).toEqual([100])
})

test('where leases could not be ended it rings again, a second later', () => {
  const { clock, rung, alarm } = start()
  alarm.arm(100)
  clock.advance(100)
  alarm.retry()
  clock.advance(2000)
  expect(rung).toEqual([100, 1100])
})
