import { Split, type SplitOptions } from '../../cogs/split.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'

function split(data: unknown, options: SplitOptions<unknown, unknown, unknown> = {}): unknown[] | null {
  const out = new Split<unknown, unknown, unknown>(testTrain().train, options).turn(data) as Iterable<unknown> | null
  return out === null ? null : [...out]
}

test('gives each item, in order', () => {
  expect(split([1, null, 'a', undefined])).toEqual([1, null, 'a', undefined])
  expect(split({ Records: [{ a: 1 }, { a: 2 }] }, { field: 'Records' })).toEqual([{ a: 1 }, { a: 2 }])
  expect(split({ a: { b: [1, 2] } }, { field: '/a/b' })).toEqual([1, 2])
  expect(split([])).toEqual([])
})

test('gives copies of the datum with an item each, which may be written', () => {
  const data = { user: 'anna', ips: ['a', 'b'] }
  const [first, second] = split(data, { field: 'ips', as: 'ips' }) as (typeof data)[]
  expect([first, second]).toEqual([
    { user: 'anna', ips: 'a' },
    { user: 'anna', ips: 'b' },
  ])
  Object.assign(first as object, { user: 'x' })
  expect([data.user, second?.user]).toEqual(['anna', 'anna'])
  expect(split({ list: [1], in: { x: 1 } }, { field: 'list', as: '/in/item' })).toEqual([
    { list: [1], in: { x: 1, item: 1 } },
  ])
})

test('a setter of your own gets a copy, too', () => {
  const setter = (data: unknown, item: unknown) => Object.assign(data as object, { item })
  expect(split({ list: [1, 2] }, { field: 'list', setter })).toEqual([
    { list: [1, 2], item: 1 },
    { list: [1, 2], item: 2 },
  ])
})

test('the event is over when the last of its items is', async () => {
  const { train } = testTrain()
  const supply = new TestSupply<number[]>(train, {})
  const holds: (() => void)[] = []
  class Wait extends (await import('../../lib/movement/index.js')).Cog<number> {
    turn(data: number) {
      const hold = this.train.hold(data)
      holds.push(() => this.train.resume(hold, [data]))
      return null
    }
  }
  train.line(supply, new Split<number[], number>(train), new Wait(train, {}))
  const ended = train.run({ signals: false })
  await turnOfNode()
  supply.push([1, 2])
  holds[1]?.()
  expect(supply.acknowledged).toBe(0)
  holds[0]?.()
  expect(supply.acknowledged).toBe(1)
  supply.close()
  await ended
})

test('does with a datum without a list what it was told', () => {
  expect(() => split({}, { field: 'list' })).toThrow('what is split must be a list (onMissing): it is undefined')
  expect(split({ a: 1 }, { field: 'list', onMissing: 'pass' })).toEqual([{ a: 1 }])
  expect(split('text', { onMissing: 'drop' })).toBeNull()
})

test('bounds a list', () => {
  expect(() => split([1, 2, 3], { itemsMax: 2 })).toThrow('at most 2 items (itemsMax): it has 3')
  expect(() => split([], { itemsMax: 0 })).toThrow('itemsMax must be at least 1')
})

test('names that objects inherit become own properties', () => {
  const [out] = split({ list: [{ polluted: true }] }, { field: 'list', as: '__proto__' }) as object[]
  expect(Object.keys(out ?? {})).toEqual(['list', '__proto__'])
  expect(() => split({}, { field: 'constructor' })).toThrow(TypeError)
})
