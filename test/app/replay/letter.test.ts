import { expect, test } from '@jest/globals'
import { letterOf } from '../../../lib/app/replay/letter.js'
import { CogError, formatDeadLetter } from '../../../lib/movement/index.js'

const write = (original: Uint8Array | null, data: unknown = 'x') =>
  formatDeadLetter({ timeMs: 0, id: '7', cog: 'Map', error: new CogError('Map', '7', new Error('no')), original, data })

const GOOD = { time: '2026-01-01T00:00:00.000Z', id: '7', cog: 'Map', error: 'no', original: 'x', data: null }
const without = (key: string) => JSON.stringify({ ...GOOD, [key]: undefined })

test('a letter is read as it was written, whatever its input is', () => {
  for (const original of [
    Buffer.from('größer'),
    Buffer.from(''),
    Buffer.from([0xff, 0xfe, 10]),
    Buffer.from('\u2028'),
  ]) {
    expect(letterOf(write(original, { a: 1 }), 3)).toEqual({ line: 3, id: '7', cog: 'Map', original, data: { a: 1 } })
  }
  expect(letterOf(write(null), 1)).toMatchObject({ original: null, data: 'x' })
})

test.each(['time', 'id', 'cog', 'error'])('a letter must have %s as a text', (key) => {
  expect(letterOf(without(key), 1)).toBe(`${key} must be a text: it is undefined`)
  expect(letterOf(JSON.stringify({ ...GOOD, [key]: 5 }), 1)).toBe(`${key} must be a text: it is 5`)
})

test.each([
  ['{"time":', 'it is not JSON: "{\\"time\\":"'],
  ['', 'it is not JSON: ""'],
  ['[]', 'it is []'],
  ['null', 'it is null'],
  ['7', 'it is 7'],
  [JSON.stringify({ ...GOOD, time: 'soon' }), 'time must be a time: it is "soon"'],
  [JSON.stringify({ ...GOOD, original: 5 }), 'original must be a text: it is 5'],
  [JSON.stringify({ ...GOOD, originalBase64: 'eA==' }), 'it has both original and originalBase64'],
  [JSON.stringify({ ...GOOD, original: undefined, originalBase64: 5 }), 'originalBase64 must be a text: it is 5'],
  [JSON.stringify({ ...GOOD, original: undefined, originalBase64: '?' }), 'originalBase64 must be base64: it is "?"'],
])('%s is no letter: %s', (text, why) => {
  expect(letterOf(text, 1)).toBe(why)
})
