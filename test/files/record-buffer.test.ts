import { expect, test } from '@jest/globals'
import { FRAME_LENGTH, RECORD_MAX, unframe } from '../../lib/files/queue-record.js'
import { RecordBuffer } from '../../lib/files/record-buffer.js'

const TEN = 'a'.repeat(10)
const SIZE = FRAME_LENGTH + 10

function start(segmentBytes = 1000) {
  const buffer = new RecordBuffer(segmentBytes)
  buffer.begin(5000, 70)
  const take = () => {
    const { bytes, beginning } = buffer.take()
    const { texts } = unframe(bytes, 0, bytes.length)
    buffer.giveBack()
    return { texts, beginning }
  }
  return { buffer, take }
}

test('gives what it took, in order, and says where the first segment begins', () => {
  const { buffer, take } = start()
  buffer.append('one')
  buffer.append('größe')
  expect([buffer.used, buffer.position, buffer.isBeginning]).toEqual([34, 5034, true])
  expect(take()).toEqual({ texts: ['one', 'größe'], beginning: { position: 5000, record: 70 } })
  buffer.append('two')
  expect([buffer.used, buffer.position, buffer.isBeginning]).toEqual([15, 5049, false])
  expect(take()).toEqual({ texts: ['two'], beginning: null })
})

test('begins a segment where the one before would get too large, and gives no batch across', () => {
  const { buffer, take } = start(2 * SIZE)
  for (let i = 0; i < 5; i++) buffer.append(TEN)
  expect(take()).toEqual({ texts: [TEN, TEN], beginning: { position: 5000, record: 70 } })
  expect(take()).toEqual({ texts: [TEN, TEN], beginning: { position: 5000 + 2 * SIZE, record: 72 } })
  expect(take()).toEqual({ texts: [TEN], beginning: { position: 5000 + 4 * SIZE, record: 74 } })
  buffer.append(TEN)
  expect(buffer.isBeginning).toBe(false)
  buffer.append(TEN)
  expect(take().texts).toEqual([TEN])
  expect(buffer.isBeginning).toBe(true)
})

test('a record that is larger than a segment gets one of its own', () => {
  const { buffer, take } = start(SIZE)
  buffer.append(TEN)
  buffer.append('b'.repeat(1000))
  buffer.append(TEN)
  expect([take(), take(), take()].map(({ texts }) => texts[0]!.length)).toEqual([10, 1000, 10])
})

test('also if it is the first', () => {
  const { buffer, take } = start(SIZE)
  buffer.append('b'.repeat(1000))
  expect(take()).toMatchObject({ texts: [expect.stringContaining('b')], beginning: { position: 5000 } })
  expect(buffer.isBeginning).toBe(false)
})

test('begins a segment with the next record when it is told to', () => {
  const { buffer, take } = start()
  buffer.append(TEN)
  take()
  buffer.split()
  buffer.append(TEN)
  expect(take().beginning).toEqual({ position: 5000 + SIZE, record: 71 })
})

test('what is being written stays as it is while more is taken', () => {
  const { buffer } = start(1 << 30)
  const bytes = 'x'.repeat(50_000)
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < 9; i++) buffer.append(`${round}${i}${bytes}`)
    const batch = buffer.take()
    for (let i = 0; i < 9; i++) buffer.append(`later${bytes}`)
    const { texts } = unframe(batch.bytes, 0, batch.bytes.length)
    expect(texts.map((text) => text.slice(0, 2))).toEqual(Array.from({ length: 9 }, (_, i) => `${round}${i}`))
    buffer.giveBack()
    buffer.take()
    buffer.giveBack()
  }
})

test('what is being written stays as it is behind a record for which the buffer had to become large', () => {
  const { buffer, take } = start(1 << 30)
  buffer.append('small')
  take()
  buffer.append('x'.repeat(5_000_000))
  take()
  buffer.append('first')
  const batch = buffer.take()
  buffer.append('later')
  expect(unframe(batch.bytes, 0, batch.bytes.length).texts).toEqual(['first'])
})

test('refuses a record that is longer than any may be', () => {
  const { buffer } = start()
  expect(() => buffer.append('a'.repeat(RECORD_MAX + 1))).toThrow(
    new RangeError(`a record must have at most ${RECORD_MAX} bytes: it has ${RECORD_MAX + 1}`),
  )
  expect(buffer.used).toBe(0)
})
