import { afterEach, expect, test } from '@jest/globals'
import { readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { FileFollower } from '../../lib/files/file-follower.js'
import type { FileMark } from '../../lib/files/file-mark.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { folder, markOf, recorder } from '../support/marks.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function start(filenames: string[], before = filenames) {
  const here = folder(cleanups)
  const clock = new ManualClock()
  const esc = new Escapement({ clock })
  const { log, logged } = recorder()
  const options = {
    ...{ tail: true, chunkBytes: 65_536, lineMax: 1000, pollMs: 1000, rescanMs: 1000 },
    ...{ openFilesMax: 10, rotateWaitMs: 1000, retryMs: 1000, retryMaxMs: 1000 },
  }
  const lines: string[] = []
  const follower = new FileFollower(
    esc,
    log,
    { ...options, filenames: filenames.map(here.path) },
    (file, { bytes, from, to, start, end }) => {
      lines.push(...bytes.toString('utf8', from, to).split('\n'))
      follower.settle(file.begin(start, end))
    },
  )
  cleanups.push(async () => {
    await follower.close()
    follower.release()
    esc.close()
  })
  const go = (...files: FileMark[]) => follower.continueFrom({ version: 1, filenames: before.map(here.path), files })
  const gets = async (...expected: string[]) => {
    while (lines.length < expected.length) await new Promise((resolve) => setImmediate(resolve))
    expect(lines).toEqual(expected)
  }
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }
  return { ...here, follower, go, gets, logged, until, clock }
}

test('takes up each file where it was left, and binds nothing before the start', async () => {
  const { write, path, follower, go, gets, logged } = start(['a.log'])
  write('a.log', 'one\ntwo\n')
  await go(markOf(path('a.log'), 4))
  expect(follower.files()).toMatchObject([{ put: 4, watch: null, isLeaving: false }])
  expect(await follower.start()).toEqual([])
  await gets('two')
  expect(logged).toEqual([])
})

test('reads the files of one name in order, packed ones too, before the one that has it now', async () => {
  const { write, path, follower, go, gets } = start(['a.log'])
  const mark = markOf(write('a.log', 'one\ntwo\n', 1000), 4)
  renameSync(path('a.log'), path('a.log.3'))
  write('a.log.2.gz', gzipSync('three\nfour'), 1001)
  write('a.log.1', 'five\n', 1002)
  write('a.log', 'six\n')
  await go(mark)
  expect(follower.names()).toMatchObject([{ rotations: 3 }])
  await follower.start()
  await gets('two', 'three', 'four', 'five', 'six')
  expect(follower.names()).toMatchObject([{ rotations: 3 }])
})

test('reads the file that has the name, even if it is rotated before the start is through', async () => {
  const { write, path, go, gets, follower } = start(['a.log'])
  const mark = markOf(write('a.log', 'one\n', 1000), 4)
  renameSync(path('a.log'), path('a.log.1'))
  write('a.log', 'two\n')
  await go(mark)
  renameSync(path('a.log'), path('a.log.0'))
  write('a.log', 'three\n')
  await follower.start()
  await gets('two', 'three')
})

test('reads a file once that came under two names while nobody read', async () => {
  const { write, path, follower, go, gets } = start(['a.log*'])
  const marks = [markOf(write('a.log.1', 'one\n', 1000), 0), markOf(write('a.log', 'two\n', 1001), 0)]
  renameSync(path('a.log.1'), path('a.log.3'))
  renameSync(path('a.log'), path('a.log.2'))
  write('a.log.1', 'three\n', 1002)
  write('a.log', 'four\n')
  await go(...marks)
  const ids = follower.files().map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  await follower.start()
  await gets('one', 'two', 'three', 'four')
})

test('keeps a name that has no file now, and does not miss it', async () => {
  const { write, path, follower, go, gets } = start(['a*.log'])
  const mark = markOf(write('a1.log', 'one\ntwo\n'), 4)
  renameSync(path('a1.log'), path('a1.log.1'))
  write('a2.log', '')
  await go(mark)
  expect(await follower.start()).toEqual([])
  await gets('two')
})

test.each([
  ['before the next one', 1001],
  ['behind the next one, by a writer that was late', 1004],
])('reads what was empty when it was marked and was compressed since, last written to %s', async (_, mtime) => {
  const { write, path, follower, go, gets } = start(['a.log'])
  const marks: FileMark[] = []
  const rotate = (to: string) => {
    marks.push({ ...markOf(path('a.log'), 0), rotated: true })
    renameSync(path('a.log'), to)
  }
  write('a.log', '', 1000)
  rotate(folder(cleanups).path('a.log')) // So that its inode isn't used again.
  write('a.log', 'three\n', 1002)
  rotate(path('a.log.1'))
  marks.push(markOf(write('a.log', 'four\n', 1003), 0))
  write('a.log.2.gz', gzipSync('one\ntwo\n'), mtime)
  await go(...marks)
  await follower.start()
  await gets(...(mtime < 1002 ? ['one', 'two', 'three', 'four'] : ['three', 'one', 'two', 'four']))
})

test.each([
  ['still', (): void => undefined],
  [
    'and was written to by then',
    (root: string): void => {
      utimesSync(join(root, 'a.log.3'), 1003.5, 1003.5)
    },
  ],
  [
    'compressed since',
    (root: string): void => {
      const path = join(root, 'a.log.3')
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)))
      utimesSync(`${path}.gz`, 1002, 1002)
      rmSync(path)
    },
  ],
])(
  'reads what a file had once it was copied and truncated before what is marked next: it is there %s',
  async (_, change) => {
    const { root, write, path, follower, go, gets } = start(['a.log'])
    const empty: FileMark = { ...markOf(write('a.log', '', 999), 0), rotated: true }
    renameSync(path('a.log'), folder(cleanups).path('gone'))
    const first: FileMark = { ...markOf(write('a.log', 'one\ntwo\n', 1000), 4), rotated: true }
    write('a.log.4', 'one\ntwo\n', 1001)
    write('a.log', 'three\n', 1002)
    renameSync(path('a.log'), path('a.log.3'))
    change(root)
    const second: FileMark = { ...markOf(write('a.log', 'four\n', 1003), 0), rotated: true }
    renameSync(path('a.log'), path('a.log.2'))
    write('a.log.1', 'five\n', 1004)
    write('a.log', 'six\n')
    await go(empty, first, second)
    await follower.start()
    await gets('two', 'three', 'four', 'five', 'six')
  },
)

test('reads a compressed file once whose predecessor is found as a copy', async () => {
  const { root, write, path, follower, go, gets } = start(['a.log'])
  const first: FileMark = { ...markOf(write('a.log', 'one\ntwo\n', 1000), 4), rotated: true }
  rmSync(path('a.log'))
  write('a.log.2.gz', gzipSync('one\ntwo\n'), 1000)
  const second: FileMark = { ...markOf(write('a.log', 'three\nfour\n', 1001), 6), rotated: true }
  renameSync(path('a.log'), join(root, '.gone')) // So that its inode isn't used again.
  write('a.log.1.gz', gzipSync('three\nfour\n'), 1001)
  rmSync(join(root, '.gone'))
  write('a.log', 'five\n')
  await go(first, second)
  await follower.start()
  await gets('two', 'four', 'five')
})

test('reads two that were empty once each, although none of them can be recognised', async () => {
  const { write, path, follower, go, gets } = start(['a.log'])
  const elsewhere = folder(cleanups)
  const marks = [1000, 1002].map((mtime) => {
    const mark: FileMark = { ...markOf(write('a.log', '', mtime), 0), rotated: true }
    renameSync(path('a.log'), elsewhere.path(String(mtime)))
    return mark
  })
  write('a.log.3.gz', gzipSync('one\n'), 1001)
  write('a.log.2.gz', gzipSync('two\n'), 1003)
  write('a.log.1', 'three\n', 1004)
  await go(...marks)
  await follower.start()
  await gets('one', 'two', 'three')
})

test('knows which paths came while nobody ran', async () => {
  const { write, follower, go, gets } = start(['a.log', 'b*.log'], ['b1*.log'])
  for (const name of ['a.log', 'b1.log', 'b2.log']) write(name, `${name}\n`)
  await go()
  await follower.start()
  await gets('b1.log')
})

test('remembers what was over, and drops what is followed no more', async () => {
  const { write, path, follower, go, gets, logged } = start(['a*'], ['*'])
  const past = markOf(write('a.log.1', 'one\ntwo\n'), 4, true)
  await go(past, markOf(write('b.log', 'one\n'), 0))
  await follower.start()
  await gets('two')
  expect(logged).toEqual([
    `info: ${path('b.log')} isn't among the files to read any more: how far it was read is forgotten`,
  ])
})

test('tells what can be read no more, and goes on with the rest', async () => {
  const { write, path, follower, go, gets, logged, until, clock } = start(['a.log'])
  const mark = markOf(write('a.log', 'one\ntwo\n', 1000), 4)
  renameSync(path('a.log'), path('a.log.3'))
  write('a.log.2.gz', gzipSync('three\n').subarray(0, 12), 1001)
  write('a.log.1.xz', 'x', 1002)
  write('a.log', 'four\n')
  await go(mark)
  await follower.start()
  await until(() => logged.some((line) => line.includes("can't be read now")))
  clock.advance(60_000)
  await gets('two', 'four')
  expect(logged.filter((line) => line.startsWith('error'))).toEqual([
    expect.stringMatching(/a\.log\.1\.xz, which was .*a\.log, is lost unread: only gzip is unpacked/),
    expect.stringMatching(
      /an older file of .*a\.log, which is compressed, can't be read to its end: unexpected end of file/,
    ),
  ])
})
