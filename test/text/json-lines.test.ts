import fc from 'fast-check'
import { JsonLines, depthOf, isObject } from '../../lib/text/json-lines.js'

const OPTIONS = { depthMax: 1000, objectsOnly: true }

/** Both ways, with the same parser for all that is asked. */
function ways(options = OPTIONS) {
  const lines = new JsonLines()
  const ofText = (text: string): unknown[] | null => lines.ofText(text, options)
  const ofBytes = (text: string): unknown[] | null => lines.ofBytes(Buffer.from(text), options)
  return { ofText, ofBytes, both: (text: string) => [ofText(text), ofBytes(text)] }
}

const deep = (depth: number): string => '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1)

test('parses lines as one list, in either way', () => {
  const lines = ['{"a":1}', '{"b":[1,[2],"x, y"],"c":{"d":{"e":null}}}', '{"f":"größer { [ \\n ,\\u0000"}', '{}']
  const values = lines.map((line) => JSON.parse(line) as unknown)
  expect(ways().both(lines.join('\n'))).toEqual([values, values])
  expect(ways().both(lines[1] as string)).toEqual([[values[1]], [values[1]]])
})

test('takes spaces and carriage returns around a line, as JSON does', () => {
  expect(ways().both('{"a":1}\r\n{"a":2} \t\r')).toEqual([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: 2 }],
  ])
})

test('what is no valid UTF-8 becomes the replacement character', () => {
  const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xe2, 0x82]), Buffer.from('"}\n{"a":"b"}')])
  expect(new JsonLines().ofBytes(bytes, OPTIONS)).toEqual([{ a: '\ufffd' }, { a: 'b' }])
})

test('takes chunks of any size in any order, and leaves their bytes as they were', () => {
  const lines = new JsonLines()
  for (const count of [1, 1000, 2, 5000, 3]) {
    const bytes = Buffer.from(Array.from({ length: count }, (_, i) => `{"i":${i}}`).join('\n'))
    const before = Buffer.from(bytes)
    expect(lines.ofBytes(bytes, OPTIONS)).toEqual(Array.from({ length: count }, (_, i) => ({ i })))
    expect(bytes.equals(before)).toBe(true)
  }
})

test('never takes half a value or two values for a line', () => {
  const { both } = ways()
  const unusual = [
    '{"a":1}\n',
    '\n{"a":1}',
    '{"a":1}\n\n{"b":2}',
    '{"a":1},{"b":2}',
    '{"a":[{}\n{}]}',
    '{"a":[{}\n{}]}\n{"b":1},1,{"b":2}',
    '{"a":[{}\n{}]}\n{"b":1},{},{"b":2}',
    '{"a":[1\n{}]}\n{"b":1} , {"b":2}',
    '{"a":"\n"}',
    '{"a":1}\nx\n{"a":2}',
    '{"a":1}]\n[{"a":2}',
    '{"a":[{}\n{}]}\n{"b":1},{}',
    '{"a":1},{"b":2}\n{"c":3}',
    '{"a":1\n{"b":2}',
    '{"a":1}\n{"b":"\n{"}',
    '{"a":\n{"b":2}}\n{"c":3},{"d":4}',
    '{"a":"x\n{y"},5',
    '{"a":"x\n{y"},[5]',
    '{"a":"x\n{y"},null',
    '{"a":"x}\n{y"}\n{"c":1},{"d":2}',
    '{"a":"x}\n{y"}\n{"c":1},\t\r {"d":2}',
    '{"a":1\n,"b":2}',
    '{"a":1}\n{"b":2}\n5',
    '',
  ]
  for (const text of unusual) expect([text, ...both(text)]).toEqual([text, null, null])
})

test('as bytes, leaves to a look at each line what could be two values', () => {
  const { both } = ways()
  const lists = '{"a":[{"b":1},{"b":2}]}\n{"c":1}'
  expect(both(lists)).toEqual([lists.split('\n').map((line) => JSON.parse(line) as unknown), null])
  expect(both('{"a":"b, {c}"}')).toEqual([[{ a: 'b, {c}' }], null])
  expect(both('{"a":"b {c}"}')).toEqual([[{ a: 'b {c}' }], [{ a: 'b {c}' }]])
})

test('refuses what may be nested too deeply', () => {
  const { ofText, ofBytes } = ways({ depthMax: 5, objectsOnly: true })
  expect([ofText(`{}\n${deep(5)}\n{}`), ofText(`{}\n${deep(6)}\n{}`)]).toEqual([expect.any(Array), null])
  // As bytes only the length of a line is looked at: two brackets make a level.
  expect([ofBytes('{}\n{"a":1234}\n{}'), ofBytes('{}\n{"a":12345}\n{}'), ofBytes('{}\n{"a":12345}')]).toEqual([
    expect.any(Array),
    null,
    null,
  ])
})

test('gives what each line by itself is, or nothing, of whatever text', () => {
  const pieces = ['{', '}', '[', ']', '"', '"a":', ':', ',', '1', '{}', '{"a":1}', '{"a":{}}', '[{}', '\n{', '\n']
  const more = ['\r', '\\', ' ', '\n{"a":1}', '\n{"a":"b"}', '"b"}', '{"a":"', '{"a":[', '{"a":[1,2]}']
  const texts = fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 12 }).map((all) => all.join(''))
  const { both } = ways()
  const taken = [0, 0]
  const property = fc.property(texts, (text) => {
    for (const [way, values] of both(text).entries()) {
      if (values === null) continue
      taken[way] = (taken[way] as number) + 1
      expect(values).toEqual(text.split('\n').map((line) => JSON.parse(line) as unknown))
    }
  })
  fc.assert(property, { numRuns: 20_000 })
  for (const count of taken) expect(count).toBeGreaterThan(100)
})

test('counts brackets outside of strings, and tells objects from all else', () => {
  expect(['{}', '{"a":"{[\\"{["}', '[[{}]]'].map((text) => depthOf(text, 10))).toEqual([1, 1, 3])
  expect(depthOf('['.repeat(100), 5)).toBe(6)
  expect([{}, [], null, 1, 'a'].map(isObject)).toEqual([true, false, false, false, false])
})
