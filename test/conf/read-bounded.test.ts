import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readBounded } from '../../lib/conf/read-bounded.js'
import { temporary } from '../support/temporary.js'

function start(bytes: string | Uint8Array, mode = 0o600): string {
  const file = join(temporary(), 'a')
  writeFileSync(file, bytes)
  chmodSync(file, mode)
  return file
}

test('a file up to the limit is read, a larger one is refused, also one without an end', () => {
  expect(readBounded(start('\uFEFFäb'), 6).text).toBe('äb')
  expect(() => readBounded(start('abcd'), 3)).toThrow('it is larger than 3 bytes')
  expect(() => readBounded('/dev/zero', 100_000)).toThrow('it is larger than 100000 bytes')
})

test('what is no UTF-8 is refused', () => {
  expect(() => readBounded(start(Uint8Array.of(0x61, 0xff)), 9)).toThrow('it is not in UTF-8')
})

test('a file that cannot be read says why', () => {
  expect(() => readBounded('/nowhere/a', 9)).toThrow('there is no such file')
  expect(() => readBounded('/', 9)).toThrow('EISDIR')
})

test('a file is public if everybody may read it and get to it', () => {
  const open = start('x', 0o644)
  chmodSync(join(open, '..'), 0o755)
  expect([readBounded(open, 9).isPublic, readBounded(start('x', 0o640), 9).isPublic]).toEqual([true, false])
  chmodSync(join(open, '..'), 0o700)
  expect(readBounded(open, 9).isPublic).toBe(false)
})
