import fc from 'fast-check'
import { formatJson, parseJson } from '../../../lib/wire/frames/json.js'

test('JSON is read as the language reads it', () => {
  fc.assert(fc.property(fc.json({ maxDepth: 6 }), (text) => expect(parseJson(text)).toEqual(JSON.parse(text))))
})

test('the three tokens of Python are numbers', () => {
  expect(parseJson('{"a": NaN, "b": [Infinity, -Infinity]}')).toEqual({ a: NaN, b: [Infinity, -Infinity] })
})

test('the three tokens are never written', () => {
  expect(formatJson({ a: NaN, b: [Infinity, -Infinity] })).toBe('{"a":null,"b":[null,null]}')
})

test('an integer of any length comes back as it was', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.string(), (long, text) => {
      const read = parseJson(formatJson({ long, text })) as { long: number | bigint; text: string }
      expect(BigInt(read.long)).toBe(long)
      expect(read.text).toBe(text)
    }),
  )
})

test('a number that a double holds stays a number, however long it is written', () => {
  expect(parseJson('[9007199254740991, 1795294147.8255122, 0.018049613347708025, 1e400, 1e20]')).toEqual([
    ...[9007199254740991, 1795294147.8255122, 0.018049613347708025, Infinity, 1e20],
  ])
})

test('what contains itself is refused', () => {
  const round: { self?: unknown; long: bigint } = { long: 1n }
  round.self = round
  expect(() => formatJson(round)).toThrow(TypeError)
})

test('a text that is nested too deeply is refused, and brackets in a text are no nesting', () => {
  const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  expect(parseJson(deep(256))).toHaveLength(1)
  for (const depth of [300, 100_000]) expect(() => parseJson(deep(depth))).toThrow(/nested 256 deep/)
  expect(parseJson(JSON.stringify('['.repeat(5000)))).toBe('['.repeat(5000))
})
