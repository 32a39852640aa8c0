import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { makeRuntimeDirectory, runtimeDirectory } from '../../lib/files/runtime-directory.js'
import { temporary } from '../support/temporary.js'

test("the flag wins over systemd, that over the superuser's place", () => {
  const env = { RUNTIME_DIRECTORY: '/run/a:/run/b', XDG_RUNTIME_DIR: '/x' }
  expect(runtimeDirectory('a', { flag: '/f', env, uid: 0 })).toBe('/f')
  expect(runtimeDirectory('a', { env, uid: 0 })).toBe('/run/a')
  expect(runtimeDirectory('a', { env: { XDG_RUNTIME_DIR: '/x' }, uid: 0 })).toBe('/run/deadbeat/a')
})

test('anybody else has it under XDG_RUNTIME_DIR, or in a folder of their own in /tmp', () => {
  expect(runtimeDirectory('a', { env: { XDG_RUNTIME_DIR: '/x' }, uid: 7 })).toBe('/x/deadbeat/a')
  expect(runtimeDirectory('a', { env: { XDG_RUNTIME_DIR: 'x' }, uid: 7 })).toBe('/tmp/deadbeat-7/a')
})

test('naming makes nothing, making gives it to its owner alone', () => {
  const options = { env: { XDG_RUNTIME_DIR: temporary() }, uid: (process.getuid?.() ?? 0) || 7 }
  const named = runtimeDirectory('a', options)
  expect(() => statSync(named)).toThrow('ENOENT')
  expect(makeRuntimeDirectory('a', options)).toBe(named)
  expect(makeRuntimeDirectory('a', options)).toBe(named)
  expect(statSync(named).mode & 0o777).toBe(0o700)
})

test('a directory that others may write to is refused, and so is a link', () => {
  const open = join(temporary(), 'open')
  mkdirSync(open)
  chmodSync(open, 0o777)
  expect(() => makeRuntimeDirectory('a', { flag: open })).toThrow(
    `the runtime directory ${open} cannot be used: it must be a directory of its user that nobody else may write to; ` +
      'its mode is 0777',
  )
  const link = join(temporary(), 'link')
  symlinkSync(temporary(), link)
  expect(() => makeRuntimeDirectory('a', { flag: link })).toThrow('it is no directory')
})

test('where it can not be made that is said, with the way out', () => {
  const flag = join(fileIn(temporary()), 'b/a')
  expect(() => makeRuntimeDirectory('a', { flag })).toThrow(
    `the runtime directory ${flag} cannot be made (ENOTDIR): make it, or name another (--runtime-dir)`,
  )
})

test("another user's directory is refused", () => {
  const own = process.getuid?.() ?? 0
  const dir = temporary()
  chmodSync(dir, 0o700)
  const make = () => makeRuntimeDirectory('a', { flag: dir, uid: own + 7 })
  if (own === 0)
    expect(make()).toBe(dir) // The superuser's is trusted.
  else expect(make).toThrow(`it belongs to user ${own}, and this is user ${own + 7}`)
})

function fileIn(directory: string): string {
  writeFileSync(join(directory, 'file'), '')
  return join(directory, 'file')
}
