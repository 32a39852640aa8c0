import { expect, test } from '@jest/globals'
import { lineOf, textOf, type TextOptions } from '../../lib/files/text.js'

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

test('finds the k-th line of a stretch, as it came', () => {
  const bytes = Buffer.from('one\n\nthree\r\nfour')
  expect([0, 1, 2, 3].map((k) => String(lineOf(bytes, k)))).toEqual(['one', '', 'three', 'four'])
  expect(lineOf(bytes, 4)).toBeNull()
  expect(lineOf(Buffer.from('one\n'), 1)).toBeNull()
  expect(String(lineOf(Buffer.from(''), 0))).toBe('')
})
