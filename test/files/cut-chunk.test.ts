import { afterEach, expect, test } from '@jest/globals'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cutChunk, cutLong, cutRest, readAt, type Piece } from '../../lib/files/cut-chunk.js'
import { TailedFile } from '../../lib/files/tailed-file.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(text: string) {
  const root = mkdtempSync(join(tmpdir(), 'cut-'))
  writeFileSync(join(root, 'a'), text)
  const file = new TailedFile(join(root, 'a'), '1:1', 0)
  file.fd = openSync(file.path, 'r')
  cleanups.push(() => {
    closeSync(file.fd)
    rmSync(root, { recursive: true })
  })
  /** Read and cut chunk by chunk, as the reader does. */
  const all = (chunkBytes: number, lineMax = 1000) => {
    const got: string[] = []
    for (;;) {
      const bytes = readAt(file.fd, file.scanned, chunkBytes)
      const { pieces, again } = cutChunk(file, bytes, bytes.length, lineMax)
      got.push(...pieces.map(show))
      if (bytes.length < chunkBytes && !again) return got
    }
  }
  return { file, all }
}

function show({ bytes, from, to, start, end, isLong }: Piece): string {
  return `${start}-${end} ${isLong ? 'long ' : ''}${JSON.stringify(bytes.toString('latin1', from, to))}`
}

test('cuts behind the last line end, and leaves the unfinished line for the next reading', () => {
  const { file, all } = start('one\ntwo\nthr')
  expect(all(100)).toEqual(['0-8 "one\\ntwo"'])
  expect([file.offset, file.scanned]).toEqual([8, 8])
})

test('gives the same lines whatever the size of a chunk', () => {
  const text = 'a\n\nbb\nccc\n\n\ndddddddddddd\ne\n'
  for (let chunkBytes = 1; chunkBytes < 40; chunkBytes++) {
    const { file, all } = start(text)
    const lines = all(chunkBytes).flatMap((piece) =>
      (JSON.parse(piece.slice(piece.indexOf('"'))) as string).split('\n'),
    )
    expect(lines).toEqual(text.split('\n').slice(0, -1))
    expect(file.offset).toBe(text.length)
  }
})

test('remembers up to where a line has no end, so that it is not searched again', () => {
  const { file } = start('abcdef')
  cutChunk(file, readAt(file.fd, 0, 3), 3, 1000)
  expect([file.offset, file.scanned]).toEqual([0, 3])
  cutChunk(file, readAt(file.fd, 3, 3), 3, 1000)
  expect([file.offset, file.scanned]).toEqual([0, 6])
})

test('marks a line that is too long, whether it lies in one chunk or in many', () => {
  const text = `1\n2\n${'x'.repeat(20)}\n3\n`
  const expected = ['0-4 "1\\n2"', '4-25 long "xxxxx"', '25-27 "3"']
  expect(start(text).all(100, 5)).toEqual(expected)
  expect(start(text).all(8, 5)).toEqual(expected)
})

test('takes a line of exactly the longest length', () => {
  expect(start('12345\n123456\n').all(100, 5)).toEqual(['0-6 "12345"', '6-13 long "12345"'])
  expect(start('12345\n123456\n').all(2, 5)).toEqual(['0-6 "12345"', '6-13 long "12345"'])
})

test('cuts around several lines that are too long', () => {
  const bytes = Buffer.from('aaaa\nbbbb\nc\ndddd\n')
  expect(cutLong(bytes, 16, 100, 3).map(show)).toEqual([
    '100-105 long "aaa"',
    '105-110 long "bbb"',
    '110-112 "c"',
    '112-117 long "ddd"',
  ])
})

test('gives what is left at the end of a file', () => {
  const { file } = start('one\ntwo')
  file.offset = file.scanned = 4
  const rest = cutRest(file, 7, 1000)
  expect(rest === null ? null : show(rest)).toBe('4-7 "two"')
  expect(cutRest(file, 7, 1000)).toBeNull()
})

test('reads less where the file ends before', () => {
  const { file } = start('one')
  expect(String(readAt(file.fd, 1, 100))).toBe('ne')
})
