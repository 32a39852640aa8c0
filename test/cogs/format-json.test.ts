import { Filter } from '../../cogs/filter.js'
import { FormatJson } from '../../cogs/format-json.js'
import { ParseJson } from '../../cogs/parse-json.js'
import { ParseTime } from '../../cogs/parse-time.js'
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

test('writes what a train of other cogs made', async () => {
  const kit = testTrain()
  const stages = [
    new ParseJson(kit.train),
    new ParseTime(kit.train, { getter: itemGetter('ts'), setter: itemSetter('time'), formats: ['unix'] }),
    new Filter(kit.train, { getter: itemGetter('level'), equals: 'info' }),
    new FormatJson(kit.train),
  ]
  const lines = ['{"ts":1795255200.123,"level":"info"}', '{"ts":1,"level":"debug"}', '{"ts":-1.5,"level":"info"}']
  expect(await kit.pass(stages, lines)).toEqual([
    '{"ts":1795255200.123,"level":"info","time":"2026-11-21T10:00:00.123Z"}',
    '{"ts":-1.5,"level":"info","time":"1969-12-31T23:59:58.500Z"}',
  ])
})
