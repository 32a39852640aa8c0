import { expect, test } from '@jest/globals'
import { decodeValue, encodeValue } from '../../lib/kv/value.js'

test.each(['', 'a', 'ü', '\u{1f600}', '\ufffd\0'])('%j is stored as UTF-8 and comes back', (text) => {
  expect(Buffer.from(encodeValue(text))).toEqual(Buffer.from(text, 'utf8'))
  expect(decodeValue(encodeValue(text))).toBe(text)
})

test('bytes are copied as they are', () => {
  const bytes = Uint8Array.of(0xff, 0x61)
  const stored = encodeValue(bytes)
  bytes[0] = 0
  expect([...stored]).toEqual([0xff, 0x61])
  expect(decodeValue(Uint8Array.of(0x62, 0x61).subarray(1))).toBe('a')
})

test('what is neither text nor bytes, or no whole text, is refused', () => {
  for (const odd of [5, null, undefined, {}, ['a']]) {
    expect(() => encodeValue(odd as string)).toThrow('a value must be a string or a Uint8Array')
  }
  expect(() => encodeValue('a\ud800')).toThrow('well-formed')
})
