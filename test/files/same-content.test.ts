import { afterEach, expect, test } from '@jest/globals'
import { OpenFiles } from '../../lib/files/open-files.js'
import { openTail } from '../../lib/files/open-tail.js'
import { hasSameContent } from '../../lib/files/same-content.js'
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
  return { file, rewrite, has: (size: number) => hasSameContent(file, size, open) }
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
