import { expect, test } from '@jest/globals'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { native } from 'inotify-ts/native'
import { codeOf } from '../../lib/errors/index.js'
import { readNow } from '../../lib/files/read-now.js'

const withFile = (body: (fd: number) => void) => () => {
  const root = mkdtempSync(join(tmpdir(), 'now-'))
  writeFileSync(join(root, 'a'), 'one\ntwo\n')
  const fd = openSync(join(root, 'a'), 'r')
  try {
    body(fd)
  } finally {
    closeSync(fd)
    rmSync(root, { recursive: true })
  }
}

test(
  'reads any place of a file into any part of a buffer, as often as asked',
  withFile((fd) => {
    const into = Buffer.alloc(8, '.')
    expect([readNow(fd, into, 2, 3, 4), readNow(fd, into, 5, 3, 4)]).toEqual([3, 3])
    expect(into.toString()).toBe('..twotwo')
    expect([readNow(fd, into, 0, 8, 6), readNow(fd, into, 0, 8, 8)]).toEqual([2, 0])
  }),
)

test('says why it cannot read, and never writes behind the buffer', () => {
  const attempt = (length: number): unknown => {
    try {
      return readNow(-1, Buffer.alloc(4), 1, length, 0)
    } catch (error) {
      return codeOf(error)
    }
  }
  expect(attempt(4)).toBe('ERR_OUT_OF_RANGE')
  // Node itself refuses the number of a descriptor that can be none.
  expect(attempt(3)).toBe(native === null ? 'ERR_OUT_OF_RANGE' : 'EBADF')
})

test('is the binding where there is one', () => {
  expect(readNow).toBe(native?.pread ?? readSync)
})
