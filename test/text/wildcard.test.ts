import { fitsWildcard } from '../../lib/text/wildcard.js'

test.each([
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['?', '', false],
  ['heater.*', 'heater.temp', true],
  ['heater.*', 'heaters.temp', false],
  ['*.temp', 'heater.temp', true],
  ['a*b*c', 'aXbXbXc', true],
  ['a*b*c', 'aXbXbX', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['/A/*', '/a/b', false],
  ['a.c', 'abc', false],
  ['__proto__', '__proto__', true],
])('%j and %j: %s', (pattern, text, fits) => {
  expect(fitsWildcard(pattern, text)).toBe(fits)
})

test('a pattern of many stars takes no time beyond the product of the lengths', () => {
  let looks = 0
  const text = new Proxy(new String('a'.repeat(2_000)), {
    get(target, key) {
      looks++
      const value: unknown = Reflect.get(target, key, target)
      return value
    },
  }) as unknown as string
  expect(fitsWildcard(`${'a*'.repeat(500)}b`, text)).toBe(false)
  expect(looks).toBeLessThan(3 * 1_001 * 2_000)
})
