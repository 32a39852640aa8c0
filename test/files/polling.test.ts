import { expect, test } from '@jest/globals'
import { FollowedName } from '../../lib/files/followed-name.js'
import { Polling } from '../../lib/files/polling.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'

function start(count: number) {
  const clock = new ManualClock()
  const loop = new Escapement({ clock })
  const looked: string[] = []
  const listings = new Set<object>()
  const names = Array.from({ length: count }, (_, i) => new FollowedName(`/${i}`, true))
  const polling = new Polling({
    options: { pollMs: 100 },
    loop,
    names: () => [...names],
    look: (name, _, listing) => void (looked.push(name.path), listings.add(listing)),
  })
  return { clock, loop, names, looked, listings, polling }
}

test('looks at those names that have to be polled, each time, until it is closed', async () => {
  const { clock, loop, names, looked, polling } = start(3)
  ;(names[1] as FollowedName).isPolled = true
  polling.start()
  polling.start()
  for (let time = 0; time < 2; time++) {
    clock.advance(100)
    await loop.waitIdle()
  }
  expect(looked).toEqual(['/1', '/1'])
  polling.close()
  clock.advance(100)
  await loop.waitIdle()
  expect(looked).toHaveLength(2)
})

test('looks at many names in several turns, each with listings of its own', async () => {
  const { clock, loop, names, looked, listings, polling } = start(600)
  for (const name of names) name.isPolled = true
  polling.start()
  clock.advance(100)
  await loop.waitIdle()
  polling.close()
  expect([looked.length, listings.size]).toEqual([600, 3])
})
