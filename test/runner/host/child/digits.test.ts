import { digits } from '../../../../lib/runner/host/child/digits.js'

test('a number keeps so many significant digits, and 0 is 0', () => {
  expect([digits(0), digits(-0.000123456789, 3), digits(123456.7), digits(1e30, 1), digits(Infinity)]).toEqual([
    ...[0, -0.000123, 123457, 1e30, Infinity],
  ])
})
