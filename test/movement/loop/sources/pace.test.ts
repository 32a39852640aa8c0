import { ManualClock } from '../../../../lib/movement/loop/clock.js'
import { Pace } from '../../../../lib/movement/loop/sources/pace.js'

const start = () => {
  const clock = new ManualClock({ nowMs: 1000 })
  const halts: string[] = []
  const pace = new Pace(clock, (isHalted) => halts.push(`${isHalted ? 'halt' : 'on'} ${clock.now()}`))
  const wake = (times: number) => {
    for (let i = 0; i < times; i++) pace.woke()
  }
  return { clock, halts, pace, wake }
}

test('halts at the 32nd wake-up within a millisecond, for a millisecond', () => {
  const { clock, halts, pace, wake } = start()
  wake(31)
  expect([halts, pace.isHalting]).toEqual([[], false])
  wake(1)
  expect([halts, pace.isHalting]).toEqual([['halt 1000'], true])
  clock.advance(1)
  expect([halts, pace.isHalting]).toEqual([['halt 1000', 'on 1001'], false])
})

test('halts again and again while the flood goes on, and not when it is over', () => {
  const { clock, halts, wake } = start()
  for (let i = 0; i < 3; i++) {
    wake(32)
    clock.advance(1)
  }
  expect(halts).toEqual(['halt 1000', 'on 1001', 'halt 1001', 'on 1002', 'halt 1002', 'on 1003'])
  for (let i = 0; i < 200; i++) {
    wake(1)
    clock.advance(0.05)
  }
  expect(halts).toHaveLength(6)
})

test('takes a flood that comes after a quiet time for one only once a millisecond of it is seen', () => {
  const { clock, halts, wake } = start()
  clock.advance(100)
  wake(32)
  expect(halts).toEqual([])
  wake(32)
  expect(halts).toEqual(['halt 1100'])
})

test('counts from when it goes on, however late that is', () => {
  const { clock, halts, wake } = start()
  wake(32)
  clock.spend(5)
  clock.advance(0)
  wake(32)
  expect(halts).toEqual(['halt 1000', 'on 1005', 'halt 1005'])
})

test('asks for the time once in 32 wake-ups', () => {
  const { clock, pace } = start()
  let asked = 0
  clock.now = () => 2000 + 10 * asked++
  for (let i = 0; i < 320; i++) pace.woke()
  expect(asked).toBe(10)
})

test('lets nothing go on after it was closed', () => {
  const { clock, halts, pace, wake } = start()
  wake(32)
  pace.close()
  clock.advance(10)
  expect([halts, pace.isHalting]).toEqual([['halt 1000'], false])
})
