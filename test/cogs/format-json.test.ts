import { FormatJson } from '../../cogs/format-json.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

function start() {
  return new FormatJson(testTrain().train)
}

test('writes a datum as one line without its end, whatever its strings hold', () => {
  expect(start().turn({ message: 'two\nlines', at: new Date(0) })).toEqual([
    '{"message":"two\\nlines","at":"1970-01-01T00:00:00.000Z"}',
  ])
})

test('writes own properties of any name', () => {
  const line = '{"__proto__":{"admin":true},"constructor":1}'
  expect(start().turn(JSON.parse(line))).toEqual([line])
})

test('refuses what has no JSON', () => {
  const circle: { self?: unknown } = {}
  circle.self = circle
  expect(() => start().turn(undefined)).toThrow('there is no JSON for this: it is undefined')
  expect(() => start().turn(() => 1)).toThrow(/^there is no JSON for this/)
  expect(() => start().turn({ a: 1n })).toThrow(/BigInt/)
  expect(() => start().turn(circle)).toThrow(/circular/)
})

test('takes a part of the datum and puts the text beside it', () => {
  const cog = new FormatJson<{ body: unknown; line?: string }, unknown>(testTrain().train, {
    getter: itemGetter('body'),
    setter: itemSetter('line'),
  })
  expect(cog.turn({ body: [1] })).toEqual([{ body: [1], line: '[1]' }])
})
