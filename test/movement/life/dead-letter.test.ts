import { expect, test } from '@jest/globals'
import { CogError, formatDeadLetter, type DeadLetter } from '../../../lib/movement/index.js'

function letter(more: Partial<DeadLetter>): Record<string, unknown> {
  const error = new CogError('ParseJson', '7', new Error('no "}"'))
  const whole = { timeMs: 0, id: '7', cog: 'ParseJson', error, original: null, data: 'x', ...more }
  return JSON.parse(formatDeadLetter(whole)) as Record<string, unknown>
}

test('a letter is one line of JSON: time, id, cog, error and datum', () => {
  expect(letter({})).toEqual({
    ...{ time: '1970-01-01T00:00:00.000Z', id: '7', cog: 'ParseJson', error: 'no "}"', data: 'x' },
  })
  const error = new CogError('ParseJson', '7', new Error('a\nb'))
  expect(formatDeadLetter({ timeMs: 0, id: '7', cog: 'x', error, original: null, data: '\n' })).not.toContain('\n')
})

test('the original is text if it is UTF-8, byte order mark included, and base64 if it is not', () => {
  expect(letter({ original: Buffer.from('\ufeffé') })).toMatchObject({ original: '\ufeffé' })
  expect(letter({ original: Buffer.of(0xff, 0x00) })).toMatchObject({ originalBase64: '/wA=' })
  expect(letter({ original: Buffer.of(0xff) })).not.toHaveProperty('original')
})

test('it says where the input came from, as far as that is known', () => {
  const from = { supply: 'FileWatcherSupply', file: '/a.log', offset: 12 }
  expect(letter({ from })['from']).toEqual(from)
  expect(letter({ from: {} })).not.toHaveProperty('from')
})

test.each([
  [
    'a loop',
    (() => {
      const loop: { self?: unknown } = {}
      return (loop.self = loop)
    })(),
    '[object Object]',
  ],
  ['a bigint', 1n, '[object BigInt]'],
  ['undefined', undefined, null],
  ['a function', () => 1, null],
  ['nested data', { a: [1, { b: null }] }, { a: [1, { b: null }] }],
])('a datum that is %s never keeps the letter from being written', (_name, data, written) => {
  expect(letter({ data })['data']).toEqual(written)
})
