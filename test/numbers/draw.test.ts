import { expect, test } from '@jest/globals'
import { Draw } from '../../lib/numbers/draw.js'

test('the same seed or state gives the same numbers, another one others', () => {
  const [one, two, other] = [new Draw(1), new Draw(1), new Draw(2)]
  const first = Array.from({ length: 10 }, () => one.next())
  expect(Array.from({ length: 10 }, () => two.next())).toEqual(first)
  expect(Array.from({ length: 10 }, () => other.next())).not.toEqual(first)
  other.state = one.state
  expect(other.next()).toBe(one.next())
})

test('the numbers lie evenly from 0 to below 1', () => {
  const draw = new Draw(7)
  const tenths = Array.from({ length: 100_000 }, () => Math.floor(draw.next() * 10))
  const counts = Array.from({ length: 10 }, (_, tenth) => tenths.filter((n) => n === tenth).length)
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
})
