import {
  COUNT,
  listOf,
  maybe,
  objectOf,
  orNull,
  readStored,
  readStoredList,
  spoilt,
  TEXT,
  TIME,
  YES_OR_NO,
} from '../../../lib/runner/node/stored.js'

const holds = ([is]: readonly [(value: unknown) => boolean, string]) =>
  [undefined, null, '', 'x', 0, 1.5, -1, NaN, 2 ** 60, true, [], {}].filter(is)

it('knows texts, times, counts and answers, and what may be missing', () => {
  expect(holds(TEXT)).toEqual(['', 'x'])
  expect(holds(TIME)).toEqual([0, 1.5, 2 ** 60])
  expect(holds(COUNT)).toEqual([0])
  expect(holds(YES_OR_NO)).toEqual([true])
  expect(holds(orNull(COUNT))).toEqual([null, 0])
  expect(holds(maybe(COUNT))).toEqual([undefined, 0])
  expect(holds(objectOf({ name: maybe(TEXT) }))).toEqual([{}])
  expect(holds(listOf(COUNT))).toEqual([[]])
  expect([[1], [1, 'x']].map(listOf(COUNT)[0])).toEqual([true, false])
})

it('reads an object with all its fields, and leaves what it does not know', () => {
  expect(readStored('it', '{"n": 1, "more": [2]}', { n: COUNT })).toEqual({ n: 1, more: [2] })
})

it.each([
  ['[1', 'it is spoilt: it is no JSON: "[1"'],
  ['[]', 'it is spoilt: it must be an object: it is []'],
  ['null', 'it is spoilt: it must be an object: it is null'],
  ['{"n": "1"}', 'it is spoilt: n must be a whole number, at least 0: it is "1"; t must be a text: it is undefined'],
  ['{"__proto__": {"n": 1, "t": ""}}', /n must be a whole number.*it is undefined; t must be a text/],
])('says what is wrong with %s', (text, message) => {
  const read = () => readStored('it', text, { n: COUNT, t: TEXT })
  expect(read).toThrow(message)
  expect(read).toThrow(expect.objectContaining({ code: 'ERR_ENTRY' }))
})

it('reads what is good of a list, and counts the rest', () => {
  expect(readStoredList('it', '[1, "x", 2, null]', COUNT)).toEqual({ good: [1, 2], bad: 2 })
  expect(() => readStoredList('it', '{}', COUNT)).toThrow('it is spoilt: it must be a list: it is {}')
  expect(spoilt('it', 'so').message).toBe('it is spoilt: so')
})
