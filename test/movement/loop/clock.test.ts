import { ManualClock, SystemClock, turnOfNode } from '../../../lib/movement/loop/clock.js'

const start = (options?: ConstructorParameters<typeof ManualClock>[0]) => {
  const clock = new ManualClock(options)
  const heard: string[] = []
  const hear = (name: string) => () => void heard.push(`${name} ${clock.now()}`)
  return { clock, heard, hear }
}

test('the system clock never goes back and agrees with the wall', () => {
  const clock = new SystemClock()
  const [first, second] = [clock.now(), clock.now()]
  expect(second).toBeGreaterThanOrEqual(first)
  expect(Math.abs(clock.wall() - second)).toBeLessThan(60_000)
})

test('the system clock rings an alarm once, and a disarmed one never', async () => {
  const clock = new SystemClock()
  const heard: string[] = []
  clock.alarm(clock.now() + 1, () => heard.push('disarmed'))()
  await new Promise<void>((resolve) => clock.alarm(clock.now() + 3, resolve))
  await new Promise<void>((resolve) => clock.alarm(clock.now() - 5, resolve))
  await new Promise<void>((resolve) => clock.soon(resolve))
  expect(heard).toEqual([])
})

test('the system clock takes an alarm in a year', () => {
  const clock = new SystemClock()
  clock.alarm(clock.now() + 366 * 86_400_000, () => expect(true).toBe(false))()
})

test('a manual clock moves from due time to due time', () => {
  const { clock, heard, hear } = start({ nowMs: 100 })
  clock.alarm(130, hear('c'))
  clock.alarm(110, () => {
    hear('a')()
    clock.alarm(120, hear('b'))
  })
  clock.alarm(200, hear('never'))
  clock.advance(50)
  expect(heard).toEqual(['a 110', 'b 120', 'c 130'])
  expect(clock.now()).toBe(150)
})

test('a manual clock rings equal times in order of entry, and no alarm disarmed by the one before', () => {
  const { clock, heard, hear } = start()
  clock.alarm(5, hear('a'))
  clock.alarm(5, () => disarm())
  const disarm = clock.alarm(5, hear('b'))
  clock.alarm(5, hear('c'))
  clock.advance(5)
  expect(heard).toEqual(['a 5', 'c 5'])
})

test('a manual clock rings what is to come soon before it moves on', () => {
  const { clock, heard, hear } = start()
  clock.alarm(5, hear('later'))
  clock.soon(() => clock.soon(hear('soon')))
  clock.advance(10)
  expect(heard).toEqual(['soon 0', 'later 5'])
})

test('a manual clock rings what is to come soon by itself too', async () => {
  const { clock, heard, hear } = start()
  clock.soon(hear('soon'))
  expect(heard).toEqual([])
  await turnOfNode()
  expect(heard).toEqual(['soon 0'])
})

test('the wall of a manual clock can be set, and now() goes on', () => {
  const { clock } = start({ nowMs: 10, wallMs: 1e12 })
  clock.advance(5)
  expect([clock.now(), clock.wall()]).toEqual([15, 1e12 + 5])
  clock.setWall(2e12)
  clock.advance(5)
  expect([clock.now(), clock.wall()]).toEqual([20, 2e12 + 5])
})

test('an exception comes out of advance, and what it kept from running runs with the next', () => {
  const { clock, heard, hear } = start()
  clock.alarm(5, () => {
    throw new Error('five')
  })
  clock.alarm(5, hear('beside'))
  clock.alarm(7, hear('after'))
  expect(() => clock.advance(10)).toThrow('five')
  expect([heard, clock.now()]).toEqual([[], 5])
  clock.advance(5)
  expect([heard, clock.now()]).toEqual([['beside 5', 'after 7'], 10])
})

test('refuses to go back', () => {
  const { clock } = start()
  expect(() => clock.advance(-1)).toThrow(new RangeError('byMs must be at least 0: it is -1'))
  expect(() => clock.advance(NaN)).toThrow(RangeError)
})

test('lets time pass without running anything, and what is late comes with the next advance', () => {
  const { clock, heard, hear } = start()
  clock.alarm(5, hear('late'))
  clock.alarm(12, hear('in time'))
  clock.spend(7)
  expect(heard).toEqual([])
  clock.advance(5)
  expect(heard).toEqual(['late 7', 'in time 12'])
  expect(() => clock.spend(-1)).toThrow('byMs must be at least 0: it is -1')
})

test('says so when something enters itself for ever', () => {
  const { clock } = start({ ringsMax: 50 })
  let isOver = false
  const again = () => {
    if (!isOver) clock.soon(again)
  }
  again()
  expect(() => clock.advance(1)).toThrow('still not idle after 50 calls at 0 ms')
  isOver = true
})

test('runUntilIdle jumps to each due time, but only when Node has nothing ready', async () => {
  const { clock, heard, hear } = start()
  clock.alarm(86_400_000, hear('a day'))
  setImmediate(() => clock.alarm(10, hear('from Node')))
  void Promise.resolve().then(() => clock.soon(hear('from a promise')))
  await clock.runUntilIdle()
  expect(heard).toEqual(['from a promise 0', 'from Node 10', 'a day 86400000'])
})

test('runUntilIdle gives up on what is periodic', async () => {
  const { clock } = start({ ringsMax: 20 })
  const again = () => void clock.alarm(clock.now() + 1, again)
  again()
  await expect(clock.runUntilIdle()).rejects.toMatchObject({ code: 'ERR_NOT_IDLE' })
})
