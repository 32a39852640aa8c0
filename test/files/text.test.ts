import { expect, test } from '@jest/globals'
import { lineOf, rawLines, textOf, textOfPiece, type TextOptions } from '../../lib/files/text.js'

function start(options: Partial<TextOptions> = {}) {
  const how: TextOptions = { encoding: 'utf8', keepCarriageReturns: false, ...options }
  return (bytes: Buffer | string, isFirst = false) => {
    const buffer = Buffer.from(bytes as string)
    return textOf(buffer, 0, buffer.length, how, isFirst)
  }
}

test('decodes UTF-8, and what is none becomes the replacement character', () => {
  expect(start()('größer')).toBe('größer')
  expect(start()(Buffer.from([0x61, 0xff, 0x62]))).toBe('a\ufffdb')
})

test('decodes Latin-1 byte by byte', () => {
  expect(start({ encoding: 'latin1' })(Buffer.from([0x67, 0xf6, 0xff]))).toBe('gö\u00ff')
})

test('takes a carriage return for a part of the line end, also at the last line', () => {
  expect(start()('one\r\ntwo\r')).toBe('one\ntwo')
  expect(start()('o\rne\r\ntwo')).toBe('o\rne\ntwo')
})

test('keeps carriage returns where it is asked to', () => {
  expect(start({ keepCarriageReturns: true })('one\r\ntwo\r')).toBe('one\r\ntwo\r')
})

test('drops a byte order mark at the beginning of a file, and nowhere else', () => {
  expect(start()('\ufeffone', true)).toBe('one')
  expect(start()('\ufeffone')).toBe('\ufeffone')
})

test('ends a line that was cut with a whole character, and cuts no other', () => {
  const options: TextOptions = { encoding: 'utf8', keepCarriageReturns: false }
  const bytes = Buffer.from('-aä€😀')
  const cut = (to: number, more: Partial<TextOptions> = {}, isLong = true) =>
    textOfPiece({ bytes, from: 1, to, start: 0, end: 99, isLong }, { ...options, ...more })
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((to) => cut(to))).toEqual([
    '',
    'a',
    'a',
    'aä',
    'aä',
    'aä',
    'aä€',
    'aä€',
    'aä€',
    'aä€',
    'aä€😀',
  ])
  expect([cut(3, { encoding: 'latin1' }), cut(3, {}, false)]).toEqual(['a\u00c3', 'a\ufffd'])
})

test('cuts nothing of what is no UTF-8 anyway', () => {
  const cut = (...bytes: number[]) => {
    const piece = { bytes: Buffer.from(bytes), from: 0, to: bytes.length, start: 0, end: 99, isLong: true }
    return textOfPiece(piece, { encoding: 'utf8', keepCarriageReturns: false })
  }
  expect(cut(0x61, 0x80, 0x80, 0x80, 0x80)).toBe('a\ufffd\ufffd\ufffd\ufffd')
  expect(cut(0x61, 0xff)).toBe('a\ufffd')
  expect(cut(0x61, 0xc3)).toBe('a')
})

test('finds the k-th line of a stretch, as it came', () => {
  const bytes = Buffer.from('one\n\nthree\r\nfour')
  expect([0, 1, 2, 3].map((k) => String(lineOf(bytes, k)))).toEqual(['one', '', 'three', 'four'])
  expect(lineOf(bytes, 4)).toBeNull()
  expect(lineOf(Buffer.from('one\n'), 1)).toBeNull()
  expect(String(lineOf(Buffer.from(''), 0))).toBe('')
})

test('gives the bytes of lines as they lie there only where they are those of the text', () => {
  const raw = (text: string | Buffer, more: Partial<TextOptions> = {}, start = 1, isLong = false) => {
    const bytes = Buffer.from(text as string)
    const piece = { bytes, from: 0, to: bytes.length, start, end: 99, isLong }
    return rawLines(piece, { encoding: 'utf8', keepCarriageReturns: false, ...more })?.toString() ?? null
  }
  expect(raw('one\nzwölf')).toBe('one\nzwölf')
  expect(raw('one\r\ntwo')).toBeNull()
  expect(raw('one\r\ntwo', { keepCarriageReturns: true })).toBe('one\r\ntwo')
  expect(raw('one', { encoding: 'latin1' })).toBeNull()
  expect([raw('\ufeffone', {}, 0), raw('\ufeffone', {}, 5)]).toEqual([null, '\ufeffone'])
  expect(raw('one', {}, 1, true)).toBeNull()
})
