import { ManualClock } from '../../../../lib/movement/loop/clock.js'
import { Escapement } from '../../../../lib/movement/loop/escapement.js'

const HOUR = 3_600_000

const start = (wall = '2026-03-10T10:00:00') => {
  const clock = new ManualClock({ nowMs: 1000, wallMs: Date.parse(wall) })
  const esc = new Escapement({ clock })
  const heard: number[] = []
  const walls: string[] = []
  return {
    clock,
    esc,
    heard,
    walls,
    hear: () => void heard.push(esc.now() - 1000),
    hearWall: () => void walls.push(new Date(esc.wall()).toLocaleString('sv')),
  }
}

test('runs once at its time, and not a moment before', () => {
  const { clock, esc, heard, hear } = start()
  const timer = esc.at(1010, hear)
  clock.advance(9.999)
  expect([heard, timer.live]).toEqual([[], true])
  clock.advance(0.001)
  clock.advance(100)
  expect([heard, timer.live]).toEqual([[10], false])
})

test('runs at once what is over already', () => {
  const { clock, esc, heard, hear } = start()
  esc.at(3, hear)
  esc.after(-5, hear)
  clock.advance(0)
  expect(heard).toEqual([0, 0])
})

test('gives the bound arguments', () => {
  const { clock, esc } = start()
  esc.after(1, (...args: unknown[]) => expect(args).toEqual(['a', 2]), 'a', 2)
  clock.advance(1)
  expect.assertions(1)
})

test('a cancelled timer never runs, and only the first cancel counts', () => {
  const { clock, esc, heard, hear } = start()
  const timer = esc.after(5, hear)
  const kept = esc.after(6, hear)
  expect([esc.cancel(timer), esc.cancel(timer), timer.live]).toEqual([true, false, false])
  clock.advance(10)
  expect([heard, esc.cancel(kept)]).toEqual([[6], false])
})

test('a timer bound for sooner than all others comes in time', () => {
  const { clock, esc, heard, hear } = start()
  esc.after(50, hear)
  esc.after(20, () => esc.after(1, hear))
  clock.advance(60)
  expect(heard).toEqual([21, 50])
})

test('runs at every multiple of a period until it is cancelled, in its own run too', () => {
  const { clock, esc, heard, hear } = start()
  const timer = esc.every(10, () => {
    hear()
    if (heard.length === 3) esc.cancel(timer)
  })
  clock.advance(100)
  expect([heard, timer.live]).toEqual([[10, 20, 30], false])
})

test('a periodic run that comes late neither shifts nor doubles those that follow', () => {
  const { clock, esc, heard, hear } = start()
  esc.every(10, hear)
  esc.at(1009, () => clock.spend(26))
  clock.advance(60)
  expect(heard).toEqual([35, 40, 50, 60])
})

test('a period that binary fractions cannot hold does not drift', () => {
  const { clock, esc, heard, hear } = start()
  esc.every(0.1, hear)
  clock.advance(1000)
  expect(heard.length).toBe(10_000)
})

test('refuses periods and times that cannot be', () => {
  const { esc, hear } = start()
  for (const periodMs of [0, 1e-300, NaN]) {
    expect(() => esc.every(periodMs, hear)).toThrow(
      new RangeError(`periodMs must be at least 0.001: it is ${periodMs}`),
    )
  }
  expect(() => esc.every(NaN, hear)).toThrow(RangeError)
  expect(() => esc.every(Infinity, hear)).toThrow(RangeError)
  expect(() => esc.after(NaN, hear)).toThrow(RangeError)
  expect(() => esc.at(Infinity, hear)).toThrow(RangeError)
  expect(esc.idle).toBe(true)
})

test('runs at the times of a cron pattern', () => {
  const { clock, esc, walls, hearWall } = start()
  esc.cron('0 3 * * *', hearWall)
  clock.advance(49 * HOUR)
  expect(walls).toEqual(['2026-03-11 03:00:00', '2026-03-12 03:00:00'])
})

test('a cron pattern of six fields has seconds', () => {
  const { clock, esc, walls, hearWall } = start()
  const timer = esc.cron('*/20 * * * * *', hearWall)
  clock.advance(45_000)
  expect(walls).toEqual(['2026-03-10 10:00:20', '2026-03-10 10:00:40'])
  expect([esc.cancel(timer), timer.live]).toEqual([true, false])
  clock.advance(60_000)
  expect(walls.length).toBe(2)
})

test('notices within ten minutes that the wall clock was set ahead', () => {
  const { clock, esc, heard, walls, hear, hearWall } = start()
  esc.cron('0 12 * * *', () => {
    hear()
    hearWall()
  })
  clock.advance(1)
  clock.setWall(Date.parse('2026-03-10T12:30:00'))
  clock.advance(3 * HOUR)
  expect([heard, walls]).toEqual([[600_000], ['2026-03-10 12:39:59']])
})

test('repeats no run when the wall clock is set back a little, and follows it when it is set back by much', () => {
  const { clock, esc, walls, hearWall } = start()
  esc.cron('0 * * * *', hearWall)
  clock.advance(HOUR)
  clock.setWall(Date.parse('2026-03-10T10:00:00'))
  clock.advance(2 * HOUR)
  expect(walls).toEqual(['2026-03-10 11:00:00', '2026-03-10 12:00:00'])
  clock.setWall(Date.parse('2025-01-01T00:30:00'))
  clock.advance(HOUR)
  expect(walls.slice(2)).toEqual(['2025-01-01 01:00:00'])
})

test('a pattern that comes once ends with it', () => {
  const { clock, esc, walls, hearWall } = start()
  const timer = esc.cron('0 0 12 10 3 * 2026', hearWall)
  clock.advance(24 * HOUR)
  expect([walls, timer.live]).toEqual([['2026-03-10 12:00:00'], false])
})

test('refuses what is no cron pattern, or one that never comes', () => {
  const { esc, hearWall } = start()
  expect(() => esc.cron('x y', hearWall)).toThrow(
    'cron pattern must be five to seven fields that croner can read: it is "x y"',
  )
  expect(() => esc.cron('0 0 30 2 *', hearWall)).toThrow(
    'cron pattern must match some time to come: it is "0 0 30 2 *"',
  )
})

test('many timers on one clock run in order, and a clock without any rests', () => {
  const { clock, esc, heard, hear } = start()
  for (let i = 0; i < 5000; i++) esc.after((i * 7919) % 5000, hear)
  clock.advance(5000)
  expect(heard).toEqual(Array.from({ length: 5000 }, (_, i) => i))
})

test('an alarm that rings too early is set again', () => {
  let nowMs = 0
  const alarms: { atMs: number; ring: () => void }[] = []
  const esc = new Escapement({
    clock: {
      now: () => nowMs,
      wall: () => nowMs,
      soon: (ring) => ring(),
      alarm: (atMs, ring) => {
        const alarm = { atMs, ring }
        alarms.push(alarm)
        return () => alarms.splice(alarms.indexOf(alarm), 1)
      },
    },
  })
  const heard: number[] = []
  esc.after(10, () => heard.push(nowMs))
  nowMs = 9
  alarms.pop()?.ring()
  expect([heard, alarms.map(({ atMs }) => atMs)]).toEqual([[], [10]])
  nowMs = 10
  alarms.pop()?.ring()
  expect([heard, alarms]).toEqual([[10], []])
})

test('on the system clock a timer is never early', async () => {
  const esc = new Escapement()
  const dueMs = esc.now() + 3.4
  await new Promise<void>((resolve) => esc.at(dueMs, resolve))
  expect(esc.now()).toBeGreaterThanOrEqual(dueMs)
  esc.close()
})
