import { expect, test } from '@jest/globals'
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDirectories } from '../../lib/files/make-directories.js'
import { temporary } from '../support/temporary.js'

test('what is missing is made with the mode, and what is there stays as it is', () => {
  const base = temporary()
  chmodSync(base, 0o755)
  makeDirectories(join(base, 'a', 'b'), 0o700)
  makeDirectories(join(base, 'a', 'b'), 0o755)
  const modes = [base, join(base, 'a'), join(base, 'a', 'b')].map((path) => statSync(path).mode & 0o777)
  expect(modes).toEqual([0o755, 0o700, 0o700])
})

test('a link to a directory is one', () => {
  const base = temporary()
  mkdirSync(join(base, 'real'))
  symlinkSync('real', join(base, 'link'))
  makeDirectories(join(base, 'link', 'a'), 0o700)
  expect(statSync(join(base, 'real', 'a')).isDirectory()).toBe(true)
})

test('where none can be made that is told, and nothing is waited for', () => {
  const base = temporary()
  writeFileSync(join(base, 'file'), '')
  symlinkSync('nowhere/at/all', join(base, 'broken'))
  expect(() => makeDirectories('/proc/deadbeat', 0o700)).toThrow(expect.objectContaining({ code: 'ENOENT' }))
  expect(() => makeDirectories('/proc/deadbeat/a/b', 0o700)).toThrow(expect.objectContaining({ code: 'ENOENT' }))
  expect(() => makeDirectories(join(base, 'file'), 0o700)).toThrow(expect.objectContaining({ code: 'EEXIST' }))
  expect(() => makeDirectories(join(base, 'file', 'a', 'b'), 0o700)).toThrow(
    expect.objectContaining({ code: 'ENOTDIR' }),
  )
  expect(() => makeDirectories(join(base, 'broken', 'a'), 0o700)).toThrow(expect.objectContaining({ code: 'EEXIST' }))
})
