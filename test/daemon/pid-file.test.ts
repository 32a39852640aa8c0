import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { native } from 'inotify-ts/native'
import { holderOf, PidFile } from '../../lib/daemon/pid-file.js'
import { root } from '../support/sources.js'
import { temporary } from '../support/temporary.js'
import { withNative } from '../support/with-native.js'

const start = () => join(temporary(), 'a.pid')

/** Another process that takes the file, until its input ends. */
async function other(path: string) {
  const body = `import { PidFile } from '${root}dist/lib/daemon/index.js'
    PidFile.take(${JSON.stringify(path)}); console.log('taken'); process.stdin.resume()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', body], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  return { child, ended, pid: child.pid ?? 0 }
}

withNative('it says the process, and since when, to whoever asks, and to ask takes nothing', () => {
  const path = start()
  const pidFile = PidFile.take(path)
  expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`)
  expect(holderOf(path)).toEqual({ pid: process.pid, since: statSync(path).mtime })
  expect(holderOf(path)).toEqual({ pid: process.pid, since: statSync(path).mtime })
  pidFile.release()
})

withNative('another process that holds it is told by its number, with code 73', async () => {
  const path = start()
  const { child, ended, pid } = await other(path)
  const since = statSync(path).mtime.toISOString()
  expect(() => PidFile.take(path)).toThrow(
    expect.objectContaining({
      code: 'ERR_HELD',
      exitCode: 73,
      message: `it runs already: the pid file ${path} is held by process ${pid}, since ${since}`,
    }),
  )
  child.stdin.end()
  await ended
})

withNative('it is gone when its process has ended, and free when that was killed', async () => {
  const path = start()
  const first = await other(path)
  first.child.stdin.end()
  await first.ended
  expect(() => readFileSync(path)).toThrow('ENOENT')
  const second = await other(path)
  second.child.kill('SIGKILL')
  await second.ended
  expect(readFileSync(path, 'utf8')).toBe(`${second.pid}\n`)
  expect(holderOf(path)).toBeNull()
  PidFile.take(path).release()
})

withNative('a lock on a file that has lost its name is not enough', () => {
  const path = start()
  const moved = `${path}.old`
  const first = PidFile.take(path)
  renameSync(path, moved)
  const second = PidFile.take(path)
  expect(statSync(path).ino).not.toBe(statSync(moved).ino)
  first.release() // It leaves the name alone, which isn't its own any more.
  expect(holderOf(path)?.pid).toBe(process.pid)
  expect(readFileSync(moved, 'utf8')).toBe('')
  second.release()
})

withNative('a number without a lock holds nothing, nor does a lock without a number', () => {
  const path = start()
  writeFileSync(path, `${process.pid}\n`)
  expect(holderOf(path)).toBeNull()
  const pidFile = PidFile.take(path)
  writeFileSync(path, '')
  expect(holderOf(path)).toBeNull()
  expect(() => PidFile.take(path)).toThrow('is held by a process that has just begun, or that cannot be seen from here')
  pidFile.release()
  expect([holderOf(path), holderOf('/none/a.pid'), holderOf('/dev/null/a.pid')]).toEqual([null, null, null])
})

withNative('what could lead elsewhere is refused, and nothing is written there', () => {
  const path = start()
  const victim = `${path}.victim`
  writeFileSync(victim, 'precious')
  symlinkSync(victim, path)
  expect(() => PidFile.take(path)).toThrow(`the pid file ${path} cannot be used: it is a symbolic link`)
  expect(() => holderOf(path)).toThrow('ELOOP')
  unlinkSync(path)
  linkSync(victim, path)
  expect(() => PidFile.take(path)).toThrow('it has a second name (a hard link)')
  unlinkSync(path)
  mkdirSync(path)
  expect(() => PidFile.take(path)).toThrow('EISDIR')
  expect(() => PidFile.take('/dev/null')).toThrow('it is no plain file')
  expect(readFileSync(victim, 'utf8')).toBe('precious')
})

withNative('a folder that is not there is told, with code 73', () => {
  expect(() => PidFile.take('/none/a.pid')).toThrow(expect.objectContaining({ code: 'ERR_PID_FILE', exitCode: 73 }))
})

test('without the binding there is no lock, and that is told', () => {
  if (native === null) expect(() => PidFile.take(start())).toThrow(expect.objectContaining({ exitCode: 69 }))
  else expect(PidFile.take(start())).toBeInstanceOf(PidFile)
})
