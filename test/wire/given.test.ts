import { complete } from '../../lib/wire/given.js'

test('an option that is undefined does not cover its default', () => {
  expect(complete({ a: 1, b: 2 }, { a: undefined, b: 3 })).toEqual({ a: 1, b: 3 })
})

test('an option without a default stays', () => {
  expect(complete({ a: 1 }, { c: 'x' })).toEqual({ a: 1, c: 'x' })
})
