import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { WallJump } from '../../../lib/runner/node/wall-jump.js'

it.each([
  ['forward', 3_600_000],
  ['back', -3_600_000],
])('sees once that the clock was set %s, and nothing while both go on', (_, byMs) => {
  const clock = new ManualClock({ nowMs: 5000, wallMs: 1e9 })
  const jump = new WallJump(clock)
  clock.advance(1e6)
  expect(jump.happened()).toBe(false)
  clock.setWall(clock.wall() + byMs)
  expect([jump.happened(), jump.happened()]).toEqual([true, false])
})

it('heeds what adds up of small steps', () => {
  const clock = new ManualClock({ nowMs: 5000 })
  const jump = new WallJump(clock)
  clock.setWall(clock.wall() + 60)
  expect(jump.happened()).toBe(false)
  clock.setWall(clock.wall() + 60)
  expect(jump.happened()).toBe(true)
})
