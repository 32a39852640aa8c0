import { bind, Call, Ready } from '../../../lib/movement/loop/ready.js'

const start = () => {
  const heard: string[] = []
  const ready = new Ready()
  const enter = (name: string, then?: () => void) => {
    const call = new Call(null, () => {
      heard.push(name)
      then?.()
    })
    ready.enter(call)
    return call
  }
  return { heard, ready, enter }
}

test('runs a round in order of entry and leaves what comes in meanwhile for the next', () => {
  const { heard, ready, enter } = start()
  enter('a', () => enter('c'))
  enter('b')
  ready.run()
  expect([heard, ready.size]).toEqual([['a', 'b'], 1])
  ready.run()
  expect([heard, ready.size]).toEqual([['a', 'b', 'c'], 0])
})

test('passes over what is no longer live', () => {
  const { heard, ready, enter } = start()
  enter('a', () => (b.live = false))
  const b = enter('b')
  enter('c')
  ready.run()
  expect(heard).toEqual(['a', 'c'])
})

test('goes on behind an exception with the rest of the round only', () => {
  const { heard, ready, enter } = start()
  enter('a', () => {
    enter('d')
    throw new Error('a fails')
  })
  enter('b')
  expect(() => ready.run()).toThrow('a fails')
  expect([ready.isBroken, ready.size]).toEqual([true, 2])
  ready.run()
  expect([heard, ready.isBroken]).toEqual([['a', 'b'], false])
  ready.run()
  expect(heard).toEqual(['a', 'b', 'd'])
})

test('shows those that wait, in order', () => {
  const { ready, enter } = start()
  const a = enter('a', () => expect([...ready.waiting()]).toEqual([b, c]))
  const b = enter('b')
  const c = enter('c')
  expect([...ready.waiting()]).toEqual([a, b, c])
  ready.run()
  expect.assertions(2)
})

test('binds the arguments behind what the event tells', () => {
  const told: unknown[] = []
  bind<[number], [string, boolean]>((...all) => told.push(...all), ['x', true])(7)
  expect(told).toEqual([7, 'x', true])
})

test('refuses to bind what cannot be called', () => {
  expect(() => bind('no' as unknown as () => void, [])).toThrow(new TypeError('fn must be a function: it is "no"'))
})
