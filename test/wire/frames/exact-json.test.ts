import fc from 'fast-check'
import { readExactJson } from '../../../lib/wire/frames/exact-json.js'

test('it reads what the reader of the language reads', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), (text) => {
      expect(readExactJson(text)).toEqual(JSON.parse(text, (_, value: unknown) => value))
    }),
  )
})

test('it refuses what the reader of the language refuses, but for the three tokens', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Array.from('{}[]",:\\0123.e+-tfn u')), { maxLength: 12 }), (characters) => {
      const text = characters.join('')
      const isJson = () => JSON.parse(text) as unknown
      try {
        isJson()
      } catch {
        expect(() => readExactJson(text)).toThrow(SyntaxError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('the fault is told with its place', () => {
  const fault = (text: string) => {
    try {
      return readExactJson(text)
    } catch (error) {
      return (error as Error).message
    }
  }
  expect(fault('{"a": 1,}')).toBe('JSON must have a name in quotes at 8: there is "}"')
  expect(fault('{"a" 1}')).toBe('JSON must have a colon at 5: there is "1}"')
  expect(fault('[1 2]')).toBe('JSON must have a comma or ] at 3: there is "2]"')
  expect(fault('{nope')).toBe('JSON must have a name in quotes at 1: there is "nope"')
  expect(fault('"abc')).toBe('JSON must have a text that ends at 0: there is "\\"abc"')
  expect(fault('[1] x')).toBe('JSON must have the end at 4: there is "x"')
  expect(fault('')).toBe('JSON must have a value at 0: there is its end')
})

test('an integer may be long, and not so long that reading it takes its time', () => {
  expect(String(readExactJson(`-${'9'.repeat(4_299)}`))).toHaveLength(4_300)
  expect(() => readExactJson(`[${'9'.repeat(4_301)}]`)).toThrow(
    'integers of 4300 digits: one ends at 4302 that has more',
  )
  expect(readExactJson(`${'9'.repeat(5_000)}.5`)).toBe(Infinity)
})

test('names of the language are plain names', () => {
  const object = readExactJson('{"__proto__": {"admin": true}, "constructor": 1}') as object
  expect(Object.getPrototypeOf(object)).toBe(Object.prototype)
  expect(Object.keys(object)).toEqual(['__proto__', 'constructor'])
})
