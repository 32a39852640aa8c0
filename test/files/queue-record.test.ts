import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { FRAME_LENGTH, RECORD_MAX, frame, roomFor, sizeAt, unframe } from '../../lib/files/queue-record.js'
import { crc32 } from '../../lib/files/crc32.js'

function framed(...texts: string[]): Buffer {
  const buffer = Buffer.alloc(texts.reduce((sum, text) => sum + roomFor(text), 0))
  let at = 0
  for (const text of texts) at += frame(buffer, at, text)
  return buffer.subarray(0, at)
}

test('records come back in their order, and there is room enough for each', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const bytes = framed(...texts)
      const expected = texts.map((one) => Buffer.from(one).toString())
      expect(unframe(bytes, 0, bytes.length)).toEqual({ texts: expected, end: bytes.length, fault: null })
    }),
  )
  const long = 'ö'.repeat(20_000)
  expect(roomFor(long)).toBe(FRAME_LENGTH + 40_000)
  expect(unframe(framed(long), 0, 40_012).texts).toEqual([long])
})

test('what is not whole is left, wherever it ends', () => {
  const bytes = framed('one', 'two')
  for (let length = 15; length < 30; length++)
    expect(unframe(bytes, 0, length)).toEqual({ texts: ['one'], end: 15, fault: null })
})

test('a flipped bit is found, whichever it is', () => {
  for (let bit = 15 * 8; bit < 30 * 8; bit++) {
    const bytes = Buffer.from(framed('one', 'two', 'three'))
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    const { texts, end, fault } = unframe(bytes, 0, bytes.length)
    expect([texts, end]).toEqual([['one'], 15])
    expect(fault).toBe(
      bit < 27 * 8
        ? 'the header of a record does not fit its checksum'
        : 'the text of a record does not fit its checksum',
    )
  }
})

test('a size is told as soon as the header is whole, unless it is impossible', () => {
  const bytes = framed('four')
  expect([sizeAt(bytes, 0, 11), sizeAt(bytes, 0, 12), sizeAt(bytes, 0, 16)]).toEqual([null, 16, 16])
  bytes.writeUInt32LE(RECORD_MAX + 1, 0)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 8)), 8)
  expect(sizeAt(bytes, 0, 16)).toBe(-1)
  expect(sizeAt(Buffer.alloc(16), 0, 16)).toBe(-1)
})
