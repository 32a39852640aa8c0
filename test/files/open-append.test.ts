import { afterEach, expect, test } from '@jest/globals'
import { closeSync, mkdtempSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { advice, openAppend, takeBack } from '../../lib/files/open-append.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start() {
  const root = mkdtempSync(join(tmpdir(), 'open-'))
  cleanups.push(() => rmSync(root, { recursive: true }))
  return join(root, 'x/out.log')
}

test('makes the file and its directories, if it may', () => {
  const path = start()
  expect(() => openAppend({ path, mode: 0o600, mkdir: false, sync: 'none' })).toThrow(
    /ENOENT.*make its directory, or set mkdir/,
  )
  const fd = openAppend({ path, mode: 0o600, mkdir: true, sync: 'none' })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  closeSync(fd)
})

test('appends, whoever else does', () => {
  const path = start()
  const [one, two] = [
    openAppend({ path, mode: 0o600, mkdir: true, sync: 'none' }),
    openAppend({ path, mode: 0o600, mkdir: true, sync: 'none' }),
  ]
  writeSync(one, 'one\n')
  writeSync(two, 'two\n')
  writeSync(one, 'three\n')
  expect(statSync(path).size).toBe(14)
  ;[one, two].forEach((fd) => closeSync(fd))
})

test('knows what to do about a full disk and a broken one, and claims nothing else', () => {
  const of = (code: string) => advice(Object.assign(new Error(code), { code }))
  expect([of('ENOSPC'), of('EDQUOT'), of('EIO'), of('EPERM')]).toEqual([
    'make room on the disk; ',
    'make room on the disk; ',
    'look after the disk; ',
    '',
  ])
})

test('takes back the end of a file, unless the file has changed since', () => {
  const path = start()
  const fd = openAppend({ path, mode: 0o600, mkdir: true, sync: 'none' })
  writeSync(fd, 'one\ntwo\nthr')
  takeBack(fd, 11, 3)
  expect(statSync(path).size).toBe(8)
  takeBack(fd, 11, 3)
  takeBack(fd, 8, 0)
  expect(statSync(path).size).toBe(8)
  closeSync(fd)
})
