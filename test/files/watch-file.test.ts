import { afterEach, expect, test } from '@jest/globals'
import { appendFileSync, closeSync, mkdtempSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IN } from 'inotify-ts'
import type { FileLoop } from '../../lib/files/loop.js'
import { watchAdvice, watchFile } from '../../lib/files/watch-file.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start() {
  const root = mkdtempSync(join(tmpdir(), 'watch-'))
  const path = join(root, 'a')
  writeFileSync(path, '')
  const fd = openSync(path, 'r')
  const esc = new Escapement()
  cleanups.push(() => {
    esc.close()
    closeSync(fd)
    rmSync(root, { recursive: true })
  })
  return { path, fd, esc }
}

/** A loop that records what is watched, and refuses some of it. */
function recorder(refuse: (path: string) => string | null) {
  const paths: string[] = []
  const inotifyAdd = (path: string) => {
    paths.push(path)
    const code = refuse(path)
    if (code !== null) throw Object.assign(new Error(code), { code })
    return { live: true }
  }
  return { paths, loop: { inotifyAdd } as unknown as FileLoop }
}

test('watches the open file, also when another has its name', async () => {
  const { path, fd, esc } = start()
  renameSync(path, `${path}.1`)
  writeFileSync(path, '')
  if (!esc.inotify) return
  let mask = 0
  watchFile(esc, fd, path, (event) => (mask |= event.mask))
  appendFileSync(path, 'no')
  appendFileSync(`${path}.1`, 'yes')
  while (mask === 0) await new Promise((resolve) => setImmediate(resolve))
  expect(mask & IN.MODIFY).toBe(IN.MODIFY)
})

test('watches by the name where there is no /proc, and passes other refusals on', () => {
  const without = recorder((path) => (path.startsWith('/proc') ? 'ENOENT' : null))
  watchFile(without.loop, 7, '/var/log/a', () => undefined)
  expect(without.paths).toEqual(['/proc/self/fd/7', '/var/log/a'])
  const full = recorder(() => 'ENOSPC')
  expect(() => watchFile(full.loop, 7, '/var/log/a', () => undefined)).toThrow('ENOSPC')
  expect(watchAdvice(Object.assign(new Error(), { code: 'ENOSPC' }))).toMatch(/fs\.inotify\.max_user_watches/)
  expect(watchAdvice(new Error())).toBe('')
})
