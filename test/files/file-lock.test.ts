import { expect, test } from '@jest/globals'
import { readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { FileLock } from '../../lib/files/file-lock.js'
import { temporary } from '../support/temporary.js'

const withLocks = FileLock.works ? test : () => undefined // Without the binding there is no lock.

withLocks('one has the lock, until it lets go of it', () => {
  const path = join(temporary(), 'lock')
  const lock = FileLock.take(path)
  expect(FileLock.take(path)).toBeNull()
  lock?.release()
  lock?.release()
  const next = FileLock.take(path)
  expect(next).not.toBeNull()
  next?.release()
})

test('who has it leaves a note for the others, in place of the one before', () => {
  const path = join(temporary(), 'lock')
  FileLock.take(path, 'a long note')?.release()
  FileLock.take(path, 'short')?.release()
  expect(readFileSync(path, 'utf8')).toBe('short')
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a link is not followed', () => {
  const dir = temporary()
  symlinkSync(join(dir, 'elsewhere'), join(dir, 'lock'))
  expect(() => FileLock.take(join(dir, 'lock'))).toThrow('ELOOP')
})
