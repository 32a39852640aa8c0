import { afterEach, expect, test } from '@jest/globals'
import { closeSync, rmSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { Listings } from '../../lib/files/listing.js'
import { OpenFiles } from '../../lib/files/open-files.js'
import { openTail } from '../../lib/files/open-tail.js'
import { hasSameContent, holdsBeginningOf, isTruncated, noteWritten } from '../../lib/files/same-content.js'
import { folder } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(text: string) {
  const { write } = folder(cleanups)
  const { file, fd } = openTail(write('a', text), false)
  const open = new OpenFiles(10)
  open.adopt(file, fd)
  cleanups.unshift(() => open.closeAll())
  const rewrite = (bytes: string) => void write('a', bytes)
  const has = (size: number) => hasSameContent(file, size, open)
  const note = () => noteWritten(file, open)
  return { file, rewrite, has, note, truncated: (size: number) => isTruncated(file, size, open) }
}

test('a file that grows has the same content, and its fingerprint grows with it', () => {
  const { file, rewrite, has } = start('one\n')
  const { fingerprint } = file
  rewrite('one\ntwo')
  expect([has(7), file.fingerprint === fingerprint]).toEqual([true, true])
  rewrite('one\ntwo\n')
  expect([has(8), file.fingerprint.length]).toEqual([true, 8])
})

test('a short file that begins otherwise has other content', () => {
  const { file, rewrite, has } = start('one\n')
  rewrite('two\nthree\n')
  expect([has(10), file.isSuspect]).toEqual([false, true])
})

test('a long file is looked at only where it is suspect', () => {
  const { file, rewrite, has } = start('x'.repeat(2000))
  rewrite('y'.repeat(3000))
  expect(has(3000)).toBe(true)
  file.isSuspect = true
  expect([has(3000), file.isSuspect]).toEqual([false, true])
  rewrite('x'.repeat(3000))
  expect([has(3000), file.isSuspect]).toEqual([true, false])
})

test('a file is truncated if it is shorter than what was read of it, or shorter and begins otherwise', () => {
  const { file, rewrite, truncated } = start('one\ntwo\n')
  expect(truncated(8)).toBe(false)
  rewrite('one\n')
  file.goOnAt(4)
  expect([truncated(4), file.seen]).toEqual([true, 8])
  file.fingerprint = { ...file.fingerprint, length: 0 }
  expect([truncated(4), file.seen]).toEqual([false, 4])
  expect(truncated(3)).toBe(true)
})

test('a file that was read to its end is truncated if it is suspect and begins otherwise', () => {
  const { file, rewrite, truncated } = start('one\n')
  file.isSuspect = true
  expect([truncated(4), file.isSuspect]).toEqual([false, false])
  rewrite('two, and more\n')
  file.isSuspect = true
  expect([truncated(14), file.isSuspect]).toEqual([true, true])
})

test('a file that was written to and is not read yet is suspect, and its size and its beginning are known', () => {
  const { file, rewrite, note, has } = start('')
  rewrite('one\n')
  note()
  expect([file.isSuspect, file.seen, file.fingerprint.length]).toEqual([true, 4, 4])
  rewrite('two\nthree\n')
  note()
  expect([file.isSuspect, file.seen, file.fingerprint.length, has(10)]).toEqual([true, 10, 4, false])
})

test('a file that was written to and can be looked at no more, as another has deleted it over a network, is suspect', () => {
  const { file, note } = start('one\n')
  const { fd } = file
  file.fd = 0x7fffffff // Whatever it says: EBADF stands for ESTALE.
  note()
  expect([file.isSuspect, file.seen]).toEqual([true, 4])
  file.fd = fd
})

test('another file holds what one begins with if its beginning and its end say so', () => {
  const { write } = folder(cleanups)
  const long = 'x'.repeat(3000)
  const { fd, file } = openTail(write('a', `${long}one\ntwo\n`), false)
  cleanups.unshift(() => closeSync(fd))
  const holds = (name: string, bytes: string | Buffer) => {
    const entry = new Listings().around(file.path).at(write(name, bytes))
    return entry === null ? null : holdsBeginningOf(fd, entry)
  }
  expect([holds('a.1', `${long}one\n`), holds('a.2', 'xx'), holds('a.3.gz', gzipSync(long))]).toEqual([
    true,
    true,
    true,
  ])
  expect([holds('a.4', `${long}two\n`), holds('a.5', `${long}one\ntwo\nthree\n`)]).toEqual([false, false])
  expect([holds('a.6', 'y'), holds('a.7', ''), holds('a.8.gz', gzipSync('y'))]).toEqual([false, false, false])
  const entry = new Listings().around(file.path).at(write('a.9', `${long}two\n`))
  expect(entry?.head?.length).toBe(1024)
  rmSync(`${file.path}.9`)
  expect(entry && holdsBeginningOf(fd, entry)).toBe(true)
})
