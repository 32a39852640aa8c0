import { expect, test } from '@jest/globals'
import { Poller } from '../../../lib/items/model/poller.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'

/** A poller whose looks end when they are let. */
function start() {
  const clock = new ManualClock()
  const began: number[] = []
  const ends: (() => void)[] = []
  const poller = new Poller(new Escapement({ clock }), () => {
    began.push(clock.now())
    return new Promise((resolve) => ends.push(resolve))
  })
  const end = async (): Promise<void> => {
    ends.shift()?.()
    await turnOfNode()
  }
  return { clock, began, poller, end }
}

test('it looks at once, then on a cadence that does not shift', async () => {
  const { clock, began, poller, end } = start()
  poller.every(0.5)
  for (const ms of [0, 500, 700, 300]) {
    clock.advance(ms)
    await end()
  }
  expect(began).toEqual([0, 500, 1000, 1500])
})

test('a look that is due while another is under way is left out, and not caught up', async () => {
  const { clock, began, poller, end } = start()
  poller.every(1)
  clock.advance(3500)
  await end()
  expect(began).toEqual([0])
  clock.advance(500)
  await end()
  clock.advance(1000)
  expect(began).toEqual([0, 4000, 5000])
})

test('nothing looks any more once it is stopped, or has another period', async () => {
  const { clock, began, poller, end } = start()
  poller.every(1)
  poller.every(2)
  clock.advance(0)
  await end()
  clock.advance(2000)
  await end()
  expect(began).toEqual([0, 2000])
  poller.every(null)
  clock.advance(5000)
  poller.every(3)
  poller.every(0)
  clock.advance(5000)
  expect(began.length).toBe(2)
  for (const period of [-1, NaN]) expect(() => poller.every(period)).toThrow(/period must be at least 0 seconds/)
})

test('what changes during a look is looked at behind it, once', async () => {
  const { began, poller, end } = start()
  const first = poller.now()
  await poller.now()
  await poller.now()
  expect(began.length).toBe(1)
  await end()
  expect(began.length).toBe(2)
  await end()
  await first
  expect(began.length).toBe(2)
})
