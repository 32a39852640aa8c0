import { expect, test } from '@jest/globals'
import { isJson } from '../../../lib/movement/cut/is-json.js'

test('what JSON gives back as it was is JSON', () => {
  for (const value of [null, true, 0, 1.5, '', 'x', [], [1, ['a']], {}, { a: { b: null } }, Object.create(null)]) {
    expect(isJson(value)).toBe(true)
  }
})

test('what it would change, drop or refuse is not', () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  // eslint-disable-next-line no-sparse-arrays -- the gap is the point
  const changed = [undefined, NaN, Infinity, -0, 1n, Symbol('s'), () => 1, new Date(0), new Map(), /x/, [, 1], circle]
  for (const value of [...changed, { a: undefined }, { [Symbol('s')]: 1 }, { toJSON: () => 1 }, [new Set()]]) {
    expect(isJson(value)).toBe(false)
  }
})
