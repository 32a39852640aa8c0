import { expect, test } from '@jest/globals'
import { InputPause } from '../../lib/files/input-pause.js'

function start() {
  const entered: (() => void)[] = []
  const loop = {
    enqueue(fn: () => void) {
      entered.push(fn)
      return { live: true }
    },
  }
  let length = 0
  let pauses = 0
  const pause = new InputPause(
    loop,
    () => length,
    () => (pauses += 1),
  )
  const grow = (by: number) => {
    length += by
    pause.wait()
  }
  const tick = () => entered.splice(0).forEach((fn) => fn())
  /** After how many ticks it has paused; 99: never. */
  const ticks = () => {
    const before = pauses
    for (let n = 1; n < 99; n++) {
      tick()
      if (pauses > before) return n
    }
    return 99
  }
  const empty = () => (length = 0)
  return { grow, tick, ticks, empty, entered, pauses: () => pauses }
}

test('a small buffer has paused when it was quiet for one tick', () => {
  const { grow, tick, ticks, pauses } = start()
  grow(1)
  expect(ticks()).toBe(1)
  for (let i = 0; i < 9; i++) {
    grow(1000)
    grow(1)
    tick()
  }
  expect(pauses()).toBe(1)
  expect(ticks()).toBe(1)
})

test('a larger one has paused when it was quiet for some ticks together', () => {
  const { grow, tick, ticks, pauses } = start()
  grow(16_384)
  expect(ticks()).toBe(1)
  grow(1)
  expect(ticks()).toBe(5)
  for (let i = 0; i < 9; i++) {
    grow(1)
    for (let quiet = 0; quiet < 4; quiet++) tick()
  }
  expect(pauses()).toBe(2)
})

test('nothing is waited for when the buffer was emptied meanwhile, until it is asked for again', () => {
  const { grow, ticks, empty, entered } = start()
  grow(1)
  empty()
  expect([ticks(), entered.length]).toEqual([99, 0])
  grow(1)
  expect([ticks(), entered.length]).toEqual([1, 0])
})
