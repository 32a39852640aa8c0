import { expect, test } from '@jest/globals'
import { LineCutter } from '../../lib/files/line-cutter.js'

function start(text: string, chunkBytes: number, lineMax = 1000) {
  const cutter = new LineCutter(lineMax)
  const bytes = Buffer.from(text)
  const pieces = []
  for (let from = 0; from < bytes.length; from += chunkBytes) {
    const chunk = Buffer.from(bytes.subarray(from, from + chunkBytes))
    pieces.push(
      ...cutter.push(chunk).map((piece) => ({ ...piece, text: piece.bytes.toString('utf8', piece.from, piece.to) })),
    )
    chunk.fill(0) // Its owner may use it again.
  }
  const rest = cutter.end()
  if (rest !== null) pieces.push({ ...rest, text: rest.bytes.toString('utf8', rest.from, rest.to) })
  return pieces
}

test('gives the same lines, with their places, whatever the size of a chunk', () => {
  const text = 'one\n\nzwölf\n\n\nthirteen letters\nlast'
  for (let chunkBytes = 1; chunkBytes < 50; chunkBytes++) {
    const pieces = start(text, chunkBytes)
    expect(pieces.flatMap((piece) => piece.text.split('\n'))).toEqual(text.split('\n'))
    let at = 0
    for (const piece of pieces) {
      expect(piece.start).toBe(at)
      at = piece.end
    }
    expect(at).toBe(Buffer.byteLength(text))
  }
})

test('marks lines that are too long, and keeps no more than their beginning', () => {
  for (let chunkBytes = 1; chunkBytes < 50; chunkBytes++) {
    const pieces = start(`1\n${'x'.repeat(20)}\n2\n${'y'.repeat(6)}`, chunkBytes, 5)
    expect(pieces.filter(({ isLong }) => isLong).map(({ text, start, end }) => [text, start, end])).toEqual([
      ['xxxxx', 2, 23],
      ['yyyyy', 25, 31],
    ])
    expect(pieces.filter(({ isLong }) => !isLong).map(({ text }) => text)).toEqual(['1', '2'])
  }
})

test('has nothing left at the end of a stream that ends with a line end, or is empty', () => {
  const cutter = new LineCutter(100)
  expect(cutter.end()).toBeNull()
  cutter.push(Buffer.from('one\n'))
  expect(cutter.end()).toBeNull()
})

test('carries a long line that comes byte by byte without copying it as often', () => {
  const cutter = new LineCutter(1 << 20)
  const byte = Buffer.from('x')
  const before = process.cpuUsage()
  for (let i = 0; i < 1_000_000; i++) cutter.push(byte)
  const [line] = cutter.push(Buffer.from('\n'))
  expect(line?.to).toBe(1_000_000)
  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000)
})

test('counts from where it is told to begin', () => {
  const cutter = new LineCutter(100, 50)
  expect(cutter.push(Buffer.from('one\ntw'))).toMatchObject([{ start: 50, end: 54 }])
  expect(cutter.end()).toMatchObject({ start: 54, end: 56 })
})
