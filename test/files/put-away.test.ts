import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { putAway, type PutAway } from '../../lib/files/put-away.js'
import { TailedFile, identityOf } from '../../lib/files/tailed-file.js'
import { temporary } from '../support/temporary.js'

function start(offset = 4) {
  const root = temporary()
  const done = join(root, 'done')
  const path = join(root, 'a')
  mkdirSync(done)
  writeFileSync(path, 'one\n')
  const { dev, ino } = statSync(path, { bigint: true })
  return { done, path, file: new TailedFile(path, identityOf(dev, ino), offset) }
}

const textOf = (what: PutAway) => {
  if (typeof what === 'string') return what
  const text = readFileSync(what.fd, 'utf8')
  closeSync(what.fd)
  return text
}

test('a file is removed, or moved, and one that is gone is away', () => {
  const { path, file } = start()
  expect([putAway(file, null), existsSync(path), putAway(file, null)]).toEqual(['away', false, 'away'])
  const other = start()
  expect([putAway(other.file, other.done), existsSync(other.path)]).toEqual(['away', false])
  expect(readFileSync(join(other.done, 'a'), 'utf8')).toBe('one\n')
})

test('a file of the same name that was put away before is never overwritten', () => {
  const { path, done, file } = start()
  for (const name of ['a', 'a.1']) writeFileSync(join(done, name), name)
  expect(putAway(file, done)).toBe('away')
  expect(['a', 'a.1', 'a.2'].map((name) => readFileSync(join(done, name), 'utf8'))).toEqual(['a', 'a.1', 'one\n'])
  expect(existsSync(path)).toBe(false)
})

test('where it cannot be moved, nothing stays that takes its name', () => {
  const { path, done, file } = start()
  const renameSync = () => {
    throw new Error('no')
  }
  expect(() => putAway(file, done, { rmSync, renameSync })).toThrow('no')
  expect([readdirSync(done), existsSync(path)]).toEqual([[], true])
})

test('a file that has grown stays, and one that is another now', () => {
  const { path, file } = start()
  appendFileSync(path, 'two\n')
  expect([textOf(putAway(file, null)), existsSync(path)]).toEqual(['one\ntwo\n', true])
  writeFileSync(path, '1\n')
  expect([putAway(file, null), existsSync(path)]).toEqual(['other', true])
  const other = start()
  const stranger = new TailedFile(other.path, '1:1', 4)
  expect([putAway(stranger, null), existsSync(other.path)]).toEqual(['other', true])
})

test('what is appended while it is put away is open still', () => {
  const { path, file } = start()
  const by: Parameters<typeof putAway>[2] = {
    rmSync: (...args) => {
      appendFileSync(args[0], 'late\n')
      rmSync(...args)
    },
    renameSync: (...args) => {
      appendFileSync(args[0], 'late\n')
      renameSync(...args)
    },
  }
  expect([textOf(putAway(file, null, by)), existsSync(path)]).toEqual(['one\nlate\n', false])
  const other = start()
  expect([textOf(putAway(other.file, other.done, by)), readdirSync(other.done)]).toEqual(['one\nlate\n', ['a']])
})

test('a compressed file that an earlier run has read is read on', () => {
  const { path, file } = start()
  file.isPacked = true
  expect([textOf(putAway(file, null)), existsSync(path)]).toEqual(['one\n', true])
  file.packedSize = 4
  expect([putAway(file, null), existsSync(path)]).toEqual(['away', false])
})
