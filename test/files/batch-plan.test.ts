import { afterEach, expect, test } from '@jest/globals'
import { renameSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import { BatchPlan, fileAt } from '../../lib/files/batch-plan.js'
import type { FileMark } from '../../lib/files/file-mark.js'
import { Listings } from '../../lib/files/listing.js'
import { folder, markOf, recorder } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(...filenames: string[]) {
  const { path, write } = folder(cleanups)
  const { log, logged } = recorder()
  const plan = new BatchPlan(filenames.map(path), log)
  const go = async (files: FileMark[], waiting: string[] = []) => {
    const found = await plan.continueFrom({ version: 1, filenames: [], files, waiting: waiting.map(path) })
    return found.map((file) => [basename(file.path), file.put, file.isLeaving])
  }
  const queue = async () =>
    (await plan.queue()).map((item) =>
      typeof item === 'string' ? basename(item) : `${basename(item.path)} at ${item.put}`,
    )
  return { path, write, go, queue, logged }
}

test('without a mark reads the paths in their order', async () => {
  const { write, queue } = start('b', 'a')
  write('a', '')
  write('b', '')
  expect(await queue()).toEqual(['b', 'a'])
})

test('refuses to begin if a file does not exist or a pattern matches nothing', async () => {
  const { queue } = start('a', '*.log')
  await expect(queue()).rejects.toMatchObject({
    code: 'ENOENT',
    message: expect.stringMatching(/a, .*\*\.log \(matches/),
  })
})

test('begins with what was begun, and leaves out what is over', async () => {
  const { path, write, go, queue, logged } = start('a', 'b', 'c')
  for (const name of ['a', 'b', 'c']) write(name, `${name}\n${name}\n`)
  const files = [markOf(path('a'), 4, true), markOf(path('b'), 2)]
  expect(await go(files)).toEqual([
    ['a', 4, true],
    ['b', 2, false],
  ])
  expect([await queue(), logged]).toEqual([['b at 2', 'c'], []])
})

test('finds what was rotated, and reads what came after it before the rest', async () => {
  const { path, write, go, queue, logged } = start('*.log')
  const mark = markOf(write('b.log', 'one\ntwo\n', 1000), 4)
  renameSync(path('b.log'), path('b.log.3'))
  write('b.log.2.gz', gzipSync('two\n'), 1001)
  write('b.log.1', 'three\n', 1002)
  write('b.log.0.xz', 'x', 1003)
  write('b.log', 'four\n')
  write('a.log', 'five\n')
  await go([mark])
  expect(await queue()).toEqual(['b.log at 4', 'b.log at 0', 'b.log at 0', 'a.log', 'b.log'])
  expect(logged).toEqual([expect.stringMatching(/^error: .*b\.log\.0\.xz, which was .*b\.log, is lost unread/)])
})

test('reads no file twice that has its own place among the others', async () => {
  const { path, write, go, queue } = start('b.log', 'b.log.1')
  const mark = markOf(write('b.log', 'one\ntwo\n', 1000), 4)
  renameSync(path('b.log'), path('b.log.2'))
  write('b.log.1', 'two\n', 1001)
  write('b.log', 'three\n')
  await go([mark])
  expect(await queue()).toEqual(['b.log at 4', 'b.log', 'b.log.1'])
})

test('tells what vanished: begun or still to be begun, but not what was over', async () => {
  const { path, write, go, queue, logged } = start('*')
  const files = [markOf(write('a', 'a\n'), 2, true), markOf(write('b', 'b\nb'), 2)]
  rmSync(path('a'))
  rmSync(path('b'))
  expect([await go(files, ['c']), await queue()]).toEqual([[], []])
  expect(logged).toEqual([
    expect.stringMatching(/^error: the file that was .*b, read up to byte 2, can't be found: at least 1 bytes/),
    expect.stringMatching(/^error: .*c was still to be read, and is gone$/),
  ])
})

test('drops what is not to be read any more', async () => {
  const { write, go, logged } = start('a')
  write('a', '')
  expect(await go([markOf(write('b', 'one\n'), 2), markOf(write('c', 'one\n'), 4, true)], ['d'])).toEqual([])
  expect(logged).toEqual([expect.stringMatching(/^info: .*b isn't among the files to read any more$/)])
})

test('makes a file of what was found', () => {
  const { path, write } = start('a')
  const mark = markOf(write('a', 'one\ntwo\n', 1000), 4, true)
  const entry = new Listings().around(path('a')).at(path('a'))
  if (entry === null) throw new Error('it should be there')
  expect(fileAt(entry, '/b', mark)).toMatchObject({ path: '/b', id: mark.id, put: 4, isLeaving: true, fd: -1 })
  expect(fileAt(entry, '/b', null)).toMatchObject({ put: 0, isLeaving: false, since: 1_000_000_000_000n })
})
