import { openSync, closeSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from '@jest/globals'
import { UnpackedRanges } from '../../lib/files/unpacked-ranges.js'
import { temporary } from '../support/temporary.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(bytes: Buffer) {
  const path = join(temporary(), 'a.gz')
  writeFileSync(path, bytes)
  const fd = openSync(path, 'r')
  const ranges = new UnpackedRanges()
  cleanups.push(
    () => closeSync(fd),
    () => ranges.close(),
  )
  return { ranges, read: (at: number, length: number, id = '1:1') => ranges.read(fd, id, at, length) }
}

const text = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `line ${i}\n`).join(''))

test('ranges in their order, the same ones again and overlapping ones, take one unpacking', async () => {
  const { ranges, read } = start(gzipSync(text))
  for (let at = 0; at < text.length - 100_000; at += 7000) {
    for (const length of [9000, 5, 90_000])
      expect((await read(at, length)).equals(text.subarray(at, at + length))).toBe(true)
  }
  expect(ranges.begun).toBe(1)
})

test('a range before the last one, or of another file, is unpacked anew', async () => {
  const { ranges, read } = start(gzipSync(text))
  expect(String(await read(300_000, 4))).toBe(String(text.subarray(300_000, 300_004)))
  expect(String(await read(0, 6))).toBe('line 0')
  await read(0, 6, '1:2')
  expect(ranges.begun).toBe(3)
})

test('what there is not is left out, and a fault is thrown', async () => {
  const { read } = start(gzipSync('one\ntwo\n'))
  expect(String(await read(4, 100))).toBe('two\n')
  expect(String(await read(100, 5))).toBe('')
  const broken = start(gzipSync('one\ntwo\n').subarray(0, 14))
  await expect(broken.read(0, 8)).rejects.toThrow('unexpected end of file')
})
