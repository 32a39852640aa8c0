import { afterEach, expect, test } from '@jest/globals'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DirectoryWatches } from '../../lib/files/directory-watches.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start() {
  const root = mkdtempSync(join(tmpdir(), 'dirs-'))
  const esc = new Escapement()
  const entries = new Set<string>()
  const warnings: string[] = []
  let anything = 0
  const ignore = () => undefined
  const log = { info: ignore, error: ignore, warn: (_fields: object, message: string) => void warnings.push(message) }
  const watches = new DirectoryWatches(esc, log, {
    entry: (directory, { name }) => void entries.add(join(directory, name).replace(root, 'ROOT')),
    anything: () => (anything += 1),
  })
  cleanups.push(() => {
    watches.close()
    esc.close()
    rmSync(root, { recursive: true, force: true })
  })
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }
  return { root, esc, watches, entries, warnings, until, anything: () => anything }
}

test('tells of entries, and watches a directory once', async () => {
  const { root, esc, watches, entries, until } = start()
  expect([watches.add([root]), watches.add([root])]).toEqual([true, false])
  if (!esc.inotify) return
  writeFileSync(join(root, 'a'), '')
  await until(() => entries.has('ROOT/a'))
})

test('waits for a directory in the nearest one that exists', async () => {
  const { root, esc, watches, entries, until } = start()
  if (!esc.inotify) return
  expect(watches.add([join(root, 'x/y')])).toBe(true)
  mkdirSync(join(root, 'x'))
  await until(() => entries.has('ROOT/x'))
  expect(watches.add([join(root, 'x/y')])).toBe(true)
})

test('tells that anything may have changed when a directory is moved or removed, and watches the next of its name', async () => {
  const { root, esc, watches, entries, until, anything } = start()
  if (!esc.inotify) return
  const path = join(root, 'x')
  mkdirSync(path)
  watches.add([path])
  renameSync(path, `${path}1`)
  await until(() => anything() > 0)
  mkdirSync(path)
  expect(watches.add([path])).toBe(true)
  writeFileSync(join(path, 'a'), '')
  await until(() => entries.has('ROOT/x/a'))
})

test('polls what cannot be watched, and says so', () => {
  const { root, watches, warnings } = start()
  writeFileSync(join(root, 'file'), '')
  const refuse = (): never => {
    throw Object.assign(new Error('no'), { code: 'EACCES' })
  }
  const loop = { inotify: true, inotifyAdd: refuse }
  const told: string[] = []
  const ignore = () => undefined
  const log = { info: ignore, error: ignore, warn: (_fields: object, message: string) => void told.push(message) }
  const denied = new DirectoryWatches(loop as never, log, { entry: ignore, anything: ignore })
  expect([denied.add(['/secret']), denied.add(['/secret'])]).toEqual([true, false])
  expect([...denied.polled]).toEqual(['/secret'])
  expect(told).toEqual(['/secret cannot be watched (no): it is polled'])
  watches.add([root])
  expect(warnings.filter((text) => !text.includes('inotify doesn'))).toEqual([])
})
