import { afterEach, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openTail } from '../../lib/files/open-tail.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(text: string) {
  const root = mkdtempSync(join(tmpdir(), 'tail-'))
  const path = join(root, 'a')
  writeFileSync(path, text)
  cleanups.push(() => rmSync(root, { recursive: true }))
  const open = (atEnd: boolean) => {
    const { file, fd } = openTail(path, atEnd)
    closeSync(fd)
    return file
  }
  return { root, path, open }
}

test('begins at the beginning, with the identity of the inode', () => {
  const { path, open } = start('one\n')
  const { dev, ino } = statSync(path)
  expect(open(false)).toMatchObject({ offset: 0, scanned: 0, seen: 4, id: `${dev}:${ino}` })
})

test('begins at the end, in front of a line that is just being written', () => {
  expect(start('').open(true).offset).toBe(0)
  expect(start('one\ntwo\n').open(true).offset).toBe(8)
  expect(start('one\nhalf').open(true).offset).toBe(4)
  expect(start('half').open(true).offset).toBe(0)
  expect(start('x'.repeat(200_000)).open(true).offset).toBe(200_000)
})

test('opens regular files only, and waits for no writer of a FIFO', () => {
  const { root } = start('')
  execFileSync('mkfifo', [join(root, 'fifo')])
  expect(() => openTail(join(root, 'fifo'), false)).toThrow(/is no regular file/)
  expect(() => openTail(root, false)).toThrow(/it is a directory; name its files/)
  expect(() => openTail(join(root, 'none'), false)).toThrow(/ENOENT/)
})

test('knows what a file begins with, when it was born, and when it was last written to', () => {
  const { path, open } = start('one\n')
  const { birthtimeNs, mtimeNs } = statSync(path, { bigint: true })
  expect(open(true)).toMatchObject({ birth: birthtimeNs, since: mtimeNs, fingerprint: { length: 4 }, isPacked: false })
  writeFileSync(path, gzipSync('packed'))
  const { file, fd } = openTail(path, false, true)
  closeSync(fd)
  expect(file).toMatchObject({ fingerprint: { length: 6 }, isPacked: true })
})
