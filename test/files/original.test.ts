import { afterEach, expect, test } from '@jest/globals'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { originalOf, provenanceOf } from '../../lib/files/original.js'
import { TailedFile } from '../../lib/files/tailed-file.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(text: string) {
  const root = mkdtempSync(join(tmpdir(), 'original-'))
  writeFileSync(join(root, 'a'), text)
  const fd = openSync(join(root, 'a'), 'r')
  cleanups.push(() => {
    closeSync(fd)
    rmSync(root, { recursive: true })
  })
  return { fd, file: new TailedFile(join(root, 'a'), '1:1', 0) }
}

test('reads a line of a range again', () => {
  const { fd, file } = start('zero\none\ntwo\n')
  const range = file.begin(5, 13)
  expect(String(originalOf({ descriptor: () => fd }, range, 1, 100))).toBe('two')
  expect(originalOf({ descriptor: () => fd }, range, 2, 100)).toBeNull()
})

test('tells where a line of a range stands, as far as it can be told', () => {
  const { fd, file } = start('zero\none\ntwo\n')
  const range = file.begin(5, 13)
  const where = [0, 1, 2].map((k) => provenanceOf({ descriptor: () => fd }, range, k, 100))
  expect(where).toEqual([{ file: file.path, offset: 5 }, { file: file.path, offset: 9 }, { file: file.path }])
  expect(provenanceOf({ descriptor: () => null }, range, 0, 100)).toEqual({ file: file.path })
  const packed = file.begin(13, 16, Buffer.from('a\nb'))
  expect(provenanceOf({ descriptor: () => null }, packed, 1, 100)).toEqual({ file: file.path, offset: 15 })
})

test('reads no more than it may', () => {
  const { fd, file } = start('0123456789')
  expect(String(originalOf({ descriptor: () => fd }, file.begin(0, 10), 0, 4))).toBe('0123')
})

test('takes the bytes that a range brings with it, and knows when they are gone', () => {
  const { file } = start('')
  const none = { descriptor: () => null }
  expect(String(originalOf(none, file.begin(0, 4, Buffer.from('a\nb')), 1, 100))).toBe('b')
  expect(originalOf(none, file.begin(4, 8), 0, 100)).toBeNull()
})
