import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import {
  F_GETLK,
  F_OFD_GETLK,
  F_OFD_SETLK,
  F_RDLCK,
  F_SETLK,
  F_UNLCK,
  F_WRLCK,
  loadedFrom,
  LOCK_EX,
  LOCK_NB,
  LOCK_SH,
  LOCK_UN,
} from '../src/native.js'
import { codeOf, describeNative, withFiles } from './support.js'

describeNative('locks', (native) => {
  test('of flock belong to the open file, and one who would wait is told EAGAIN', () =>
    withFiles(({ dir, own }) => {
      const [a, b] = own([openSync(join(dir, 'lock'), 'w'), openSync(join(dir, 'lock'), 'w')])
      native.flock(a, LOCK_EX | LOCK_NB)
      expect(codeOf(() => native.flock(b, LOCK_EX | LOCK_NB))).toBe('EAGAIN')
      native.flock(a, LOCK_SH)
      native.flock(b, LOCK_SH | LOCK_NB)
      native.flock(a, LOCK_UN)
      native.flock(b, LOCK_EX | LOCK_NB)
    }))

  test('of an open file description shut out another one', () =>
    withFiles(({ dir, own }) => {
      const [a, b] = own([openSync(join(dir, 'lock'), 'w+'), openSync(join(dir, 'lock'), 'w+')])
      expect(native.fcntlLock(b, F_OFD_GETLK, F_WRLCK)).toBe(0)
      native.fcntlLock(a, F_OFD_SETLK, F_RDLCK)
      native.fcntlLock(b, F_OFD_SETLK, F_RDLCK)
      native.fcntlLock(a, F_OFD_SETLK, F_UNLCK)
      native.fcntlLock(b, F_OFD_SETLK, F_WRLCK)
      expect(codeOf(() => native.fcntlLock(a, F_OFD_SETLK, F_WRLCK))).toBe('EAGAIN')
      expect(native.fcntlLock(a, F_OFD_GETLK, F_WRLCK)).toBe(-1)
    }))

  test('of a process name their holder', () =>
    withFiles(async ({ dir, own }) => {
      const path = join(dir, 'lock')
      const fd = own(openSync(path, 'w+'))
      const script = `const native = require(process.argv[1])
        native.fcntlLock(require('fs').openSync(process.argv[2], 'r+'), ${F_SETLK}, ${F_WRLCK})
        console.log('locked')
        process.stdin.resume()`
      const child = spawn(process.execPath, ['-e', script, loadedFrom ?? '', path], { stdio: 'pipe' })
      await once(child.stdout, 'data')
      expect(native.fcntlLock(fd, F_GETLK, F_WRLCK)).toBe(child.pid)
      expect(['EAGAIN', 'EACCES']).toContain(codeOf(() => native.fcntlLock(fd, F_SETLK, F_WRLCK)))
      child.stdin.end()
      await once(child, 'exit')
      expect(native.fcntlLock(fd, F_GETLK, F_WRLCK)).toBe(0)
    }))

  test('are never taken by a command that waits', () => {
    const F_SETLKW = 7
    expect(codeOf(() => native.fcntlLock(0, F_SETLKW, F_WRLCK))).toBe('ERR_INVALID_ARG_VALUE')
  })
})
