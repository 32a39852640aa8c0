import { deepFreeze } from '../../lib/text/deep-freeze.js'

test('nothing in it can be written', () => {
  const value = deepFreeze({ a: [{ b: 1 }], c: null, d: 'x' })
  expect([value, value.a, value.a[0]].every((part) => Object.isFrozen(part))).toBe(true)
  expect(() => Object.assign(value.a[0] as object, { b: 2 })).toThrow(TypeError)
})

test('a circle, bytes and what is no object are no matter', () => {
  const circle: unknown[] = []
  circle.push(circle, Buffer.from('x'))
  expect(Object.isFrozen(deepFreeze(circle))).toBe(true)
  expect(deepFreeze(7)).toBe(7)
})
