import { afterEach, expect, test } from '@jest/globals'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OpenFiles } from '../../lib/files/open-files.js'
import { openTail } from '../../lib/files/open-tail.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(max: number) {
  const root = mkdtempSync(join(tmpdir(), 'open-'))
  const open = new OpenFiles(max)
  cleanups.push(() => {
    open.closeAll()
    rmSync(root, { recursive: true })
  })
  const add = (name: string) => {
    writeFileSync(join(root, name), name)
    const { file, fd } = openTail(join(root, name), false)
    open.adopt(file, fd)
    return file
  }
  return { root, open, add }
}

test('closes those used longest ago, and opens them again when they are asked for', () => {
  const { open, add } = start(2)
  const [a, b] = [add('a'), add('b')]
  open.descriptor(a)
  const c = add('c')
  expect([a.fd >= 0, b.fd >= 0, c.fd >= 0, open.size]).toEqual([true, false, true, 2])
  expect(open.descriptor(b)).toBeGreaterThanOrEqual(0)
  expect([a.fd >= 0, b.fd >= 0, c.fd >= 0, open.size]).toEqual([false, true, true, 2])
})

test('closes none that is needed: being read, leaving, or with something under way', () => {
  const { open, add } = start(1)
  const [a, b, c] = [add('a'), add('b'), add('c')]
  for (const file of [a, b, c]) open.close(file)
  a.isQueued = true
  b.isLeaving = true
  c.begin(0, 1)
  for (const file of [a, b, c]) open.descriptor(file)
  expect([a.fd >= 0, b.fd >= 0, c.fd >= 0, open.size]).toEqual([true, true, true, 3])
})

test('finds a file that was renamed while it was closed', () => {
  const { root, open, add } = start(2)
  const a = add('a')
  open.close(a)
  renameSync(join(root, 'a'), join(root, 'a.1'))
  writeFileSync(join(root, 'a'), 'another')
  expect(open.descriptor(a)).toBeGreaterThanOrEqual(0)
})

test('says that a file is gone, and never opens another in its place', () => {
  const { root, open, add } = start(2)
  const a = add('a')
  writeFileSync(join(root, 'b'), 'another') // Made first, so that it can't get the inode of the other.
  open.close(a)
  renameSync(join(root, 'b'), join(root, 'a'))
  expect(() => open.descriptor(a)).toThrow(expect.objectContaining({ code: 'ESTALE' }))
})

test('gives a descriptor to the new content of the same file', () => {
  const { root, open, add } = start(2)
  const a = add('a')
  const { fd } = a
  const fresh = openTail(join(root, 'a'), false)
  open.adopt(fresh.file, fresh.fd)
  open.close(fresh.file)
  open.move(a, fresh.file)
  expect([a.fd, fresh.file.fd, open.size]).toEqual([-1, fd, 1])
})
