import { asJson, asPath, requireClass, requireDepth } from '../../../../lib/runner/host/child/checks.js'

test('a value is what JSON makes of it, and what JSON cannot say is refused', () => {
  expect(asJson({ a: undefined, b: [new Date(0)] })).toEqual({ b: ['1970-01-01T00:00:00.000Z'] })
  expect([asJson(undefined), asJson(0)]).toEqual([null, 0])
  for (const value of [NaN, 5n, () => 1, { a: Symbol.iterator }]) expect(() => asJson(value)).toThrow(TypeError)
  const circle: unknown[] = []
  circle.push(circle)
  expect(() => asJson(circle)).toThrow(TypeError)
})

test('a path is a list of texts, none of them empty', () => {
  expect([asPath([]), asPath(['a', 'b'])]).toEqual([[], ['a', 'b']])
  for (const path of ['a', [''], [1], null, { length: 0 }]) expect(() => asPath(path)).toThrow('a path must be a list')
})

test('classes and depths are checked', () => {
  class Base {
    readonly msg = null
  }
  class Mine extends Base {}
  requireClass(Mine, Base)
  requireClass(Base, Base)
  for (const cls of [Map, {}, null, () => 1]) expect(() => requireClass(cls, Base)).toThrow('cls must be _cls.Base')
  requireDepth(-1, -1, 'maxDepth')
  for (const depth of [-2, 0.5, '1', NaN]) expect(() => requireDepth(depth, -1, 'maxDepth')).toThrow('maxDepth must be')
})
