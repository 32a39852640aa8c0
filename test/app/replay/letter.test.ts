import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { letterOf } from '../../../lib/app/replay/letter.js'
import { LetterFile } from '../../../lib/app/replay/letter-file.js'
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
    expect(letterOf(write(original, { a: 1 }), 3)).toEqual({
      ...{ line: 3, id: '7', cog: 'Map', from: {}, original, data: { a: 1 } },
    })
  }
  expect(letterOf(write(null), 1)).toMatchObject({ original: null, data: 'x' })
})

test('the letters of every version are read', () => {
  const read = (version: number) =>
    [
      ...new LetterFile(
        fileURLToPath(new URL(`../../fixtures/dead-letters/${version}.jsonl`, import.meta.url)),
      ).letters(),
    ].map(({ from, original }) => [from, original])
  expect(read(1)).toEqual([
    [{}, Buffer.from('x')],
    [{}, Buffer.of(0xff, 0)],
    [{}, null],
  ])
  expect(read(2)).toEqual([
    [{ supply: 'FileWatcherSupply#1', file: '/var/log/a.log', offset: 12 }, Buffer.from('x')],
    [{ supply: 'TcpSupply' }, null],
  ])
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
  [JSON.stringify({ ...GOOD, from: [] }), 'from must be an object: it is []'],
  [JSON.stringify({ ...GOOD, from: { supply: 5 } }), 'from.supply must be a text: it is 5'],
  [JSON.stringify({ ...GOOD, from: { file: {} } }), 'from.file must be a text: it is {}'],
  [JSON.stringify({ ...GOOD, from: { offset: -1 } }), 'from.offset must be a whole number of at least 0: it is -1'],
  [JSON.stringify({ ...GOOD, original: 5 }), 'original must be a text: it is 5'],
  [JSON.stringify({ ...GOOD, originalBase64: 'eA==' }), 'it has both original and originalBase64'],
  [JSON.stringify({ ...GOOD, original: undefined, originalBase64: 5 }), 'originalBase64 must be a text: it is 5'],
  [JSON.stringify({ ...GOOD, original: undefined, originalBase64: '?' }), 'originalBase64 must be base64: it is "?"'],
])('%s is no letter: %s', (text, why) => {
  expect(letterOf(text, 1)).toBe(why)
})
