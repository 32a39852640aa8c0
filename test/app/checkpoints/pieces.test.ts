import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { piecesOf } from '../../../lib/app/checkpoints/pieces.js'

/** What a supply that follows many files has in a record. */
function rows(count: number, offsetOf: (i: number) => number, without = -1): string {
  const all = Array.from({ length: count }, (_, i) => ({
    ...{ path: `/var/log/hosts/host-${i}.log`, id: `65024:${2_163_452 + i}`, birth: '1795822737134282383' },
    ...{ offset: offsetOf(i), hash: 'jiKwI_3mk7aZlapn', length: 24 },
  }))
  return JSON.stringify({ timeMs: 1, files: all.filter((_, i) => i !== without) })
}

function fresh(before: string, after: string): number {
  const known = new Set(piecesOf(before))
  return piecesOf(after).filter((piece) => !known.has(piece)).length
}

test('together they are the text, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom('},', '],', '😀'.repeat(500), 'a'.repeat(3000)), fc.string())),
      (parts) => {
        const text = parts.join('')
        expect(Buffer.concat(piecesOf(text).map((piece) => Buffer.from(piece)))).toEqual(Buffer.from(text))
      },
    ),
    { numRuns: 30 },
  )
  expect(piecesOf('')).toEqual([])
})

test('none is larger than 64 Ki, and most are one or two Ki', () => {
  expect(piecesOf('x'.repeat(200_000)).map(({ length }) => length)).toEqual([65_536, 65_536, 65_536, 3392])
  expect(piecesOf('😀'.repeat(100_000)).every(({ length }) => length <= 65_536)).toBe(true)
  const text = rows(10_000, (i) => i)
  expect(piecesOf(text).length).toBeGreaterThan(text.length / 3072)
  expect(piecesOf(text).length).toBeLessThan(text.length / 1024)
})

test('what changes in one place changes one piece or two, also if it gets longer, comes or goes', () => {
  const before = rows(5000, () => 7)
  expect(
    fresh(
      before,
      rows(5000, (i) => (i === 2500 ? 8 : 7)),
    ),
  ).toBe(1)
  expect(
    fresh(
      before,
      rows(5000, (i) => (i === 2500 ? 123_456_789 : 7)),
    ),
  ).toBeLessThanOrEqual(2)
  expect(
    fresh(
      before,
      rows(5000, () => 7, 1234),
    ),
  ).toBeLessThanOrEqual(2)
  expect(
    fresh(
      rows(5000, () => 7, 1234),
      before,
    ),
  ).toBeLessThanOrEqual(2)
})
