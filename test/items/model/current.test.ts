import { expect, test } from '@jest/globals'
import type { ItemOptions, Reading } from '../../../lib/items/index.js'
import { Current } from '../../../lib/items/model/current.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'

function start(options: ItemOptions<number> = {}, initial: number | null = null) {
  const clock = new ManualClock()
  const esc = new Escapement({ clock })
  const failures: unknown[] = []
  const carried: [Reading<number>, number][] = []
  const hearing: boolean[] = []
  const current = new Current(options, initial, esc, {
    fail: (error) => failures.push(error),
    carry: (reading, timeMs) => carried.push([reading, timeMs]),
    heard: (isHeard) => hearing.push(isHeard),
  })
  const heard: [value: number | null, missed: number][] = []
  const hear = (value: number | null, _timeMs: number, { missed }: { missed: number }) => heard.push([value, missed])
  return { clock, current, failures, carried, hearing, heard, hear }
}

test('a publication is kept and told if it is another value, or a repeat is wanted', () => {
  const { current, carried, heard, hear } = start({}, 1)
  current.subscribe(hear, false)
  current.publish(1, 5, false)
  expect(current.time).not.toBe(5)
  current.publish(2, 6, false)
  current.publish(2, 7, true)
  expect(heard).toEqual([
    [2, 0],
    [2, 0],
  ])
  expect(carried).toEqual([
    [{ value: 2, time: 6 }, 6000],
    [{ value: 2, time: 7 }, 7000],
  ])
  expect(current.known()).toEqual({ value: 2, time: 7 })
})

test('of a daemon it takes what is new; the same at the same time is not told, nor is what those who listen know', () => {
  const { current, heard, hear } = start()
  current.subscribe(hear, false)
  expect(current.take({ value: 1, time: 5 }, 0, false)).toBe(true)
  expect(current.take({ value: 1, time: 5 }, 3, false)).toBe(false)
  expect(current.take({ value: 1, time: 6 }, 3, false)).toBe(false)
  expect(current.take({ value: 2, time: 7 }, 0, true)).toBe(true)
  expect([heard, current.value, current.state]).toEqual([
    [
      [1, 0],
      [1, 3],
    ],
    2,
    'live',
  ])
  current.take({ value: 2, time: 7, isStale: true }, 0, false)
  expect([current.state, current.known()]).toEqual(['stale', { value: 2, time: 7, isStale: true }])
})

test('it is told that somebody listens by the first who does, and that nobody does by the last', () => {
  const { current, hearing, hear } = start()
  const stops = [current.subscribe(hear, false), current.subscribe(hear, false)]
  expect([hearing, current.isHeard]).toEqual([[true], true])
  for (const stop of [...stops, ...stops]) stop()
  expect([hearing, current.isHeard]).toEqual([[true, false], false])
})

test('whoever wants it hears of what is known first, if anything is', () => {
  const { current, heard, hear } = start()
  current.subscribe(hear, true)
  current.publish(1, 5, false)
  current.subscribe(hear, true)
  expect(heard).toEqual([
    [1, 0],
    [1, 0],
  ])
})

test('what is computed has the time at which it was first seen to be so, and is published by a look if somebody listens', () => {
  let value = 1
  const { clock, current, carried, heard, hear } = start({ compute: () => value })
  const first = current.known()
  clock.advance(5000)
  expect(current.known()).toEqual(first)
  current.subscribe(hear, false)
  expect(carried).toEqual([])
  value = 2
  const second = current.known()
  expect([second.value, Math.round(second.time - first.time), heard]).toEqual([2, 5, [[2, 0]]])
})

test('a trouble is told once and leaves it stale, and it is live again with the next value', () => {
  const { current, failures } = start({}, 1)
  const states: string[] = []
  current.condition.onChange((state) => states.push(state))
  const fail = (): void => {
    throw new Error('unplugged')
  }
  current.attempt(fail)
  current.attempt(fail)
  current.publish(1, 5, false)
  expect([failures, states]).toEqual([[new Error('unplugged')], ['stale', 'live']])
  current.attempt(() => undefined)
  current.attempt(fail)
  expect(failures).toHaveLength(2)
})
