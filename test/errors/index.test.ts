import { expect, test } from '@jest/globals'
import { describeValue, requireOneOf } from '../../lib/errors/index.js'

test.each([
  ['text', '"text"'],
  [undefined, 'undefined'],
  [12n, '12n'],
  [{ a: [1] }, '{"a":[1]}'],
  [{ toJSON: () => undefined }, 'undefined'],
  [{ n: 1n }, '[object Object]'],
])('shows %p as an error message does', (value, text) => {
  expect(describeValue(value)).toBe(text)
})

test('shows what throws when it is looked at as that', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  expect(describeValue(proxy)).toBe('something that throws when it is looked at')
})

test('shows of what is long its beginning', () => {
  expect(describeValue('x'.repeat(500))).toBe(`"${'x'.repeat(96)}...`)
})

test('an option that is none of its values is refused, with the values and what it is', () => {
  requireOneOf(['a', 'b'], { mode: 'b' }, 'mode')
  expect(() => requireOneOf(['a', 'b'], { mode: 'toString' }, 'mode')).toThrow(
    new RangeError('mode must be one of a, b: it is "toString"'),
  )
})
