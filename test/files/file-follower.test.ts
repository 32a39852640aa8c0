import { afterEach, expect, test } from '@jest/globals'
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { native } from 'inotify-ts/native'
import { FileFollower, type FollowOptions } from '../../lib/files/file-follower.js'
import { rangeAgain } from '../../lib/files/range-again.js'
import { UnpackedRanges } from '../../lib/files/unpacked-ranges.js'
import type { FileRange } from '../../lib/files/tailed-file.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { markOf } from '../support/marks.js'
import { passTime } from '../support/pass-time.js'
import { withNative } from '../support/with-native.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Logged {
  level: string
  message: string
}

function start(options: Partial<FollowOptions> = {}, inotify = true, wallMs = 0) {
  const root = mkdtempSync(join(tmpdir(), 'follow-'))
  const clock = new ManualClock({ nowMs: 0, wallMs })
  const esc = new Escapement({ clock })
  const loop = inotify ? esc : new Proxy(esc, { get: (of, key) => (key === 'inotify' ? false : bound(of, key)) })
  const lines: string[] = []
  const ranges: FileRange[] = []
  const logged: Logged[] = []
  const at = (level: string) => (_fields: object, message: string) => void logged.push({ level, message })
  const log = { info: at('info'), warn: at('warn'), error: at('error') }
  const follower = new FileFollower(
    loop,
    log,
    {
      tail: false,
      chunkBytes: 65536,
      lineMax: 1 << 20,
      pollMs: esc.inotify ? 1000 : 100,
      rescanMs: esc.inotify ? 1000 : 100,
      openFilesMax: 512,
      rotateWaitMs: 60_000,
      retryMs: 1000,
      retryMaxMs: 60_000,
      ...options,
      filenames: (options.filenames ?? ['a.log']).map((name) => name.replace(/^(!?)/, `$1${root}/`)),
    },
    (file, piece) => {
      const range = file.begin(piece.start, piece.end)
      ranges.push(range)
      if (piece.isLong) lines.push(`long ${piece.end - piece.start}`)
      else lines.push(...piece.bytes.toString('utf8', piece.from, piece.to).split('\n'))
    },
  )
  cleanups.push(async () => {
    await follower.close()
    follower.release()
    esc.close()
    rmSync(root, { recursive: true, force: true })
  })
  /** Wait for a condition; a fault shows as a time-out of the test. */
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) {
      if (!esc.inotify) passTime(clock, 100)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const gets = async (...expected: string[]) => {
    await until(() => lines.length >= expected.length)
    expect(lines).toEqual(expected)
  }
  const path = (name: string) => join(root, name)
  const append = (name: string, text: string) => appendFileSync(path(name), text)
  const settle = () => ranges.splice(0).forEach((range) => follower.settle(range))
  return { follower, root, path, append, lines, logged, gets, until, clock, esc, settle, ranges }
}

function bound(of: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(of, key, of)
  return typeof value === 'function' ? (value as () => unknown).bind(of) : value
}

test('tells that a file was deleted, and that it is there again', async () => {
  const { follower, append, path, gets, logged, until, clock } = start({ rotateWaitMs: 1000 })
  append('a.log', 'one\n')
  await follower.start()
  await gets('one')
  unlinkSync(path('a.log'))
  await until(() => follower.names().some(({ missing }) => missing !== null))
  expect(logged).toEqual([])
  clock.advance(1000)
  expect(logged).toMatchObject([{ level: 'warn', message: expect.stringContaining(`${path('a.log')} is gone`) }])
  append('a.log', 'two\n')
  await gets('one', 'two')
  expect(logged[1]).toMatchObject({ level: 'info', message: `${path('a.log')} is there again` })
})

test('reads a file from its beginning, then what is appended, and waits for the end of a line', async () => {
  const { follower, append, gets } = start()
  append('a.log', 'one\ntwo\nthr')
  await follower.start()
  await gets('one', 'two')
  append('a.log', 'ee\nfour\n')
  await gets('one', 'two', 'three', 'four')
})

test('begins a file that exists at its end if it is told to, with the line that is just being written', async () => {
  const { follower, append, gets } = start({ tail: true })
  append('a.log', 'old\nhalf')
  await follower.start()
  append('a.log', ' a line\nnew\n')
  await gets('half a line', 'new')
})

test('reads a file that appears later from its beginning, also in a directory that did not exist', async () => {
  const { follower, append, path, gets } = start({ tail: true, filenames: ['x/y/a.log'] })
  expect(await follower.start()).toEqual([path('x/y/a.log')])
  mkdirSync(path('x/y'), { recursive: true })
  append('x/y/a.log', 'one\n')
  await gets('one')
})

test('reads a renamed file to its end before the new one is begun', async () => {
  const { follower, append, path, gets } = start()
  append('a.log', 'one\n')
  await follower.start()
  await gets('one')
  follower.pause()
  append('a.log', 'two\n')
  renameSync(path('a.log'), path('a.log.1'))
  append('a.log.1', 'three\n')
  append('a.log', 'four\n')
  append('a.log.1', 'five\n')
  follower.resume()
  await gets('one', 'two', 'three', 'five', 'four')
  expect(follower.names()[0]?.rotations).toBe(1)
})

test('still reads what is written to a renamed file after its successor was begun', async () => {
  const { follower, append, path, gets } = start()
  append('a.log', 'one\n')
  await follower.start()
  await gets('one')
  renameSync(path('a.log'), path('a.log.1'))
  append('a.log', 'two\n')
  await gets('one', 'two')
  append('a.log.1', 'late\n')
  await gets('one', 'two', 'late')
})

test('lets a renamed file go once it was quiet for long enough, with its unfinished last line', async () => {
  const { follower, append, path, gets, clock, settle, until, esc } = start()
  append('a.log', 'one\n')
  await follower.start()
  await gets('one')
  renameSync(path('a.log'), path('a.log.1'))
  append('a.log.1', 'no end')
  append('a.log', 'two\n')
  await gets('one', 'two')
  settle()
  await esc.waitIdle()
  clock.advance(59_000)
  await esc.waitIdle()
  expect(follower.files()).toHaveLength(2)
  clock.advance(60_000)
  await gets('one', 'two', 'no end')
  settle()
  await until(() => follower.files().length === 1)
})

test('begins a truncated file anew, and tells how many bytes were lost unread', async () => {
  const { follower, append, path, gets, logged, until } = start()
  append('a.log', 'one\ntwo\n')
  await follower.start()
  await gets('one', 'two')
  copyFileSync(path('a.log'), path('a.log.1'))
  truncateSync(path('a.log'))
  await until(() => logged.length > 0)
  append('a.log', '3\n')
  await gets('one', 'two', '3')
  expect(logged.map(({ level }) => level)).toEqual(['info'])
  append('a.log', 'lost')
  await until(() => follower.files().at(-1)?.scanned === 6)
  truncateSync(path('a.log'))
  await until(() => logged.length > 1)
  expect(logged[1]?.message).toMatch(/truncated before its last 4 bytes were read/)
  expect(follower.names()[0]).toMatchObject({ rotations: 2, lost: 4 })
})

test.each([
  ['inotify', true],
  ['polling', false],
])('notices by what a file begins with that it was truncated and is longer already (%s)', async (_, inotify) => {
  const { follower, append, path, gets, logged, clock, esc } = start({}, inotify)
  const long = 'x'.repeat(2000) // Its fingerprint needn't be taken anew.
  append('a.log', `one\n${long}\n`)
  await follower.start()
  await gets('one', long)
  follower.pause()
  append('a.log', 'three, which nobody read before\n')
  copyFileSync(path('a.log'), path('a.log.1'))
  truncateSync(path('a.log'))
  append('a.log', `four\n${long}${long}\n`)
  if (inotify) await esc.waitIdle()
  follower.resume()
  clock.advance(1000)
  await gets('one', long, 'three, which nobody read before', 'four', long + long)
  expect(logged).toMatchObject([{ level: 'info', message: expect.stringMatching(/read from its copy first/) }])
  expect(follower.names()[0]).toMatchObject({ rotations: 1, lost: 0 })
})

test.each([
  ['inotify', true],
  ['polling', false],
])('counts nothing of the new content as lost, and notices it before its line has an end (%s)', async (_, inotify) => {
  const { follower, append, path, gets, logged, clock, esc, until } = start({}, inotify)
  append('a.log', 'one\n')
  await follower.start()
  await gets('one')
  const replace = async (text: string) => {
    follower.pause()
    writeFileSync(path('a.log'), text) // Truncated, and written on.
    if (inotify) await esc.waitIdle()
    clock.advance(1000)
    follower.resume()
  }
  await replace('two, which has ')
  await until(() => logged.length === 1)
  append('a.log', 'an end\n')
  clock.advance(1000)
  await gets('one', 'two, which has an end')
  await replace('three, which is longer than that\n')
  await gets('one', 'two, which has an end', 'three, which is longer than that')
  expect(follower.names()[0]).toMatchObject({ rotations: 2, lost: 0 })
})

test.each(['longer', 'as long'])('notices it also if nothing was heard of it meanwhile, and it is %s', async (much) => {
  const { follower, append, path, gets, logged, esc } = start()
  const long = 'x'.repeat(2000)
  append('a.log', `one\n${long}\n`)
  await follower.start()
  await gets('one', long)
  await esc.waitIdle()
  // All of it before the process gets its turn.
  writeFileSync(path('a.log'), `one\n${'x'.repeat(1999)}y\n${much === 'longer' ? 'two\n' : ''}`)
  utimesSync(path('a.log'), 1, 1) // The clock of files ticks slowly.
  await gets('one', long, 'one', `${'x'.repeat(1999)}y`, ...(much === 'longer' ? ['two'] : []))
  expect(logged).toMatchObject([
    { level: 'warn', message: expect.stringMatching(/behind byte 2005 is lost unread, if/) },
  ])
  expect(follower.names()[0]).toMatchObject({ rotations: 1, lost: 0, lossesUnknown: 1 })
})

test('reads from its copy what a file had that was truncated and has grown again unheard', async () => {
  const { follower, append, path, gets, logged, esc } = start()
  append('a.log', 'one\n')
  await follower.start()
  await gets('one')
  await esc.waitIdle()
  append('a.log', 'two\n')
  copyFileSync(path('a.log'), path('a.log.1'))
  writeFileSync(path('a.log'), 'four, which is longer\n')
  await gets('one', 'two', 'four, which is longer')
  expect(logged.map(({ level }) => level)).toEqual(['info'])
  expect(follower.names()[0]).toMatchObject({ lost: 0, lossesUnknown: 0 })
})

test('reads from its copy what a file had while it waited behind an older one', async () => {
  const { follower, append, path, gets, until } = start({ chunkBytes: 1024 })
  append('a.log', 'one\n'.repeat(50_000))
  await follower.start()
  renameSync(path('a.log'), path('a.log.1'))
  append('a.log', '')
  await until(() => follower.files().length === 2)
  append('a.log', 'two\n')
  await until(() => follower.files()[1]?.seen === 4)
  copyFileSync(path('a.log'), path('a.log.0'))
  truncateSync(path('a.log'))
  append('a.log', 'three\n')
  await gets(...Array.from({ length: 50_000 }, () => 'one'), 'two', 'three')
})

test('reads from a copy what was left when a file was truncated', async () => {
  const { follower, append, path, gets, logged } = start()
  append('a.log', 'one\ntwo\n')
  await follower.start()
  await gets('one', 'two')
  follower.pause()
  append('a.log', 'three\n')
  copyFileSync(path('a.log'), path('a.log-20260101'))
  truncateSync(path('a.log'))
  follower.resume()
  await gets('one', 'two', 'three')
  append('a.log', 'four\n')
  await gets('one', 'two', 'three', 'four')
  expect(logged.map(({ level }) => level)).toEqual(['info'])
})

test('leaves compressed files alone that come to match a pattern', async () => {
  const { follower, append, gets, logged, path } = start({ filenames: ['*.log*', 'b.gz'] })
  append('a.log', 'one\n')
  append('a.log.1.gz', 'packed\n')
  append('b.gz', 'packed\n')
  await follower.start()
  append('a.log.2.gz', 'packed\n')
  append('a.log', 'two\n')
  await gets('one', 'two')
  expect(logged).toEqual([{ level: 'warn', message: `${path('b.gz')} is compressed: only a batch reads it` }])
})

test('reads a deleted file to its end, and the one created in its place from its beginning', async () => {
  const { follower, append, path, gets } = start()
  append('a.log', 'one\n')
  await follower.start()
  await gets('one')
  follower.pause()
  append('a.log', 'two\n')
  unlinkSync(path('a.log'))
  append('a.log', 'three\n')
  follower.resume()
  await gets('one', 'two', 'three')
})

test('begins the new file as well if the old one was deleted a while before', async () => {
  const { follower, lines, path, until } = start()
  writeFileSync(path('a.log'), 'one\n')
  await follower.start()
  await until(() => lines.length === 1)
  unlinkSync(path('a.log'))
  const [old] = follower.files()
  await until(() => old?.timer !== null) // It was read to its end, and its writer is waited for.
  writeFileSync(path('a.log'), 'two\n')
  await until(() => lines.length === 2)
  expect(lines).toEqual(['one', 'two'])
})

test.each([
  ['inotify', true],
  ['polling', false],
])('reads what had the name only while nobody looked, in order (%s)', async (_, inotify) => {
  const { follower, append, path, gets, logged, esc, clock } = start({}, inotify)
  append('a.log', 'one\n')
  await follower.start()
  await gets('one')
  await esc.waitIdle()
  const rotate = (word: string) => {
    for (const [from, to] of [2, 1, 0].map((i) => [i, i + 1])) {
      const name = from === 0 ? 'a.log' : `a.log.${from}`
      if (existsSync(path(name))) renameSync(path(name), path(`a.log.${to}`))
    }
    append('a.log', `${word}\n`)
  }
  append('a.log', 'still one\n')
  for (const word of ['two', 'three', 'four']) rotate(word)
  clock.advance(1000)
  await gets('one', 'still one', 'two', 'three', 'four')
  expect(follower.names()[0]).toMatchObject({ rotations: 3, lost: 0, lossesUnknown: 0 })
  expect(logged.map(({ message }) => message.replace(/.* was rotated/, ''))).toEqual([
    ': its old file is read to the end first',
    ' more than once unseen: the 2 files in between are read in order',
  ])
  rotate('five')
  clock.advance(1000)
  await gets('one', 'still one', 'two', 'three', 'four', 'five')
  expect(logged).toHaveLength(3)
})

test.each(native === null ? [true] : [true, false])(
  'reads what had a name before anybody looked if it was born since the start: %s',
  async (isNew) => {
    const { follower, append, path, lines, logged, until, esc } = start({}, true, Date.now() + (isNew ? -1e6 : 1e6))
    await follower.start()
    await esc.waitIdle()
    append('a.log', 'one\n')
    renameSync(path('a.log'), path('a.log.1'))
    append('a.log', 'two\n')
    await until(() => lines.length === (isNew ? 2 : 1) && logged.length > 0)
    expect(lines.sort()).toEqual(isNew ? ['one', 'two'] : ['two'])
    expect(logged.map(({ level }) => level)).toEqual([isNew ? 'info' : 'warn'])
  },
)

withNative('says that a file had the name, and is gone before anybody looked', async () => {
  const { follower, append, path, gets, logged, esc } = start()
  append('a.log', 'one\n')
  await follower.start()
  await gets('one')
  await esc.waitIdle()
  rmSync(path('a.log'))
  append('a.log', 'two\n')
  rmSync(path('a.log'))
  append('a.log', 'three\n')
  await gets('one', 'three')
  expect(logged.at(-1)).toMatchObject({ level: 'warn', message: expect.stringMatching(/was .*a.log for a moment/) })
  expect(follower.names()[0]).toMatchObject({ lossesUnknown: 1 })
})

test('survives several rotations while it is paused, and reads every file in order', async () => {
  const { follower, append, path, gets, until } = start()
  append('a.log', 'one\n')
  await follower.start()
  follower.pause()
  for (const [i, word] of ['two', 'three', 'four'].entries()) {
    renameSync(path('a.log'), path(`a.log.${i}`))
    append('a.log', `${word}\n`)
    await until(() => follower.files().length === i + 2)
  }
  follower.resume()
  await gets('one', 'two', 'three', 'four')
})

test('follows a file on that gets its name back, and does not let it go', async () => {
  const { follower, append, path, gets, clock, esc, until } = start()
  append('a.log', 'one\n')
  await follower.start()
  await gets('one')
  renameSync(path('a.log'), path('a.log.1'))
  await until(() => follower.files()[0]?.isLeaving === true)
  renameSync(path('a.log.1'), path('a.log'))
  await until(() => follower.files()[0]?.isLeaving === false)
  await esc.waitIdle()
  clock.advance(120_000)
  append('a.log', 'two\n')
  await gets('one', 'two')
})

test('does not read a file again that is renamed to a name that is followed too', async () => {
  const { follower, append, path, gets, clock, esc, settle } = start({ filenames: ['a.log*'] })
  append('a.log', 'one\n')
  await follower.start()
  await gets('one')
  renameSync(path('a.log'), path('a.log.1'))
  append('a.log', 'two\n')
  await gets('one', 'two')
  settle()
  await esc.waitIdle()
  clock.advance(120_000)
  await esc.waitIdle()
  append('a.log.1', 'late\n')
  await gets('one', 'two', 'late')
  expect(
    follower
      .files()
      .map((file) => file.path)
      .sort(),
  ).toEqual([path('a.log'), path('a.log.1')])
})

test('reads a file once, under however many names it is found', async () => {
  const { follower, append, path, gets } = start({ filenames: ['a.log', 'b.log'] })
  append('a.log', 'one\n')
  symlinkSync('a.log', path('b.log'))
  await follower.start()
  append('a.log', 'two\n')
  await gets('one', 'two')
})

test('finds files that come to match a pattern, and directories on the way', async () => {
  const { follower, append, path, gets } = start({ filenames: ['*/*.log', '!*/no.log'] })
  mkdirSync(path('x'))
  append('x/a.log', 'one\n')
  await follower.start()
  await gets('one')
  append('x/no.log', 'never\n')
  append('x/b.log', 'two\n')
  await gets('one', 'two')
  mkdirSync(path('y'))
  append('y/c.log', 'three\n')
  await gets('one', 'two', 'three')
})

test('reads many files that grow, however few may be open, also after they were renamed', async () => {
  const { follower, append, path, lines, until, logged } = start({ tail: true, openFilesMax: 2, filenames: ['*.log'] })
  const names = Array.from({ length: 12 }, (_, i) => `f${i}.log`)
  for (const name of names) append(name, 'old\n')
  await follower.start()
  for (const name of names) append(name, `${name} 1\n`)
  await until(() => lines.length === 12)
  follower.pause()
  for (const name of names) {
    append(name, `${name} 2\n`)
    renameSync(path(name), path(`${name}.1`))
    append(name, `${name} 3\n`)
  }
  follower.resume()
  await until(() => lines.length === 36)
  expect(logged.filter(({ level }) => level !== 'info')).toEqual([])
  for (const name of names) {
    expect(lines.filter((line) => line.startsWith(`${name} `))).toEqual([1, 2, 3].map((n) => `${name} ${n}`))
  }
})

test('gives each busy file its turn', async () => {
  const { follower, append, lines, until } = start({ filenames: ['*.log'], chunkBytes: 1024 })
  append('a.log', 'a\n'.repeat(20_000))
  append('b.log', 'b\n')
  await follower.start()
  await until(() => lines.includes('b'))
  expect(lines.filter((line) => line === 'a').length).toBeLessThan(2000)
  await until(() => lines.length === 20_001)
})

test('does not read while it is paused', async () => {
  const { follower, append, lines, esc, until } = start({ chunkBytes: 1024 })
  append('a.log', 'a\n'.repeat(5000))
  await follower.start()
  await until(() => lines.length > 0)
  follower.pause()
  const count = lines.length
  await esc.waitIdle()
  await esc.waitIdle()
  expect(lines.length).toBe(count)
  follower.resume()
  await until(() => lines.length === 5000)
})

test('acknowledges the prefix of which everything is over, whatever the order', async () => {
  const { follower, append, lines, until, ranges } = start({ chunkBytes: 16 })
  append('a.log', 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n')
  await follower.start()
  await until(() => lines.length === 7)
  const [file] = follower.files()
  const [first, second, ...rest] = ranges
  if (first === undefined || second === undefined) throw new Error('there should be several ranges')
  follower.settle(second)
  expect(file?.acknowledged).toBe(0)
  follower.settle(first)
  expect(file?.acknowledged).toBe(second.end)
  rest.forEach((range) => follower.settle(range))
  expect(file?.acknowledged).toBe(34)
})

test('polls where inotify does not work', async () => {
  const { follower, append, path, gets, clock, esc } = start({ filenames: ['*.log'] }, false)
  append('a.log', 'one\n')
  await follower.start()
  await gets('one')
  const later = async (...expected: string[]) => {
    clock.advance(1000)
    await esc.waitIdle()
    await gets(...expected)
  }
  append('a.log', 'two\n')
  await later('one', 'two')
  renameSync(path('a.log'), path('a.txt'))
  append('a.txt', 'three\n')
  append('a.log', 'four\n')
  await later('one', 'two', 'three', 'four')
  append('b.log', 'five\n')
  await later('one', 'two', 'three', 'four', 'five')
  truncateSync(path('b.log'))
  append('b.log', '6\n')
  await later('one', 'two', 'three', 'four', 'five', '6')
})

test('reads what has the length of what was read before, where inotify does not work', async () => {
  const { follower, append, path, gets, clock } = start({}, false)
  append('a.log', 'one\n')
  await follower.start()
  await gets('one')
  for (const [number, text] of ['two', 'six'].entries()) {
    copyFileSync(path('a.log'), path(`a.log.${2 - number}`))
    truncateSync(path('a.log'))
    append('a.log', `${text}\n`)
    utimesSync(path('a.log'), number, number) // The clock of files ticks slowly.
    clock.advance(1000)
    await gets(...['one', 'two', 'six'].slice(0, number + 2))
  }
  expect(follower.names()).toMatchObject([{ lost: 0, lossesUnknown: 0, rotations: 2 }])
})

test('says once that a file cannot be read, goes on with others, and reads it once it can', async () => {
  const { follower, append, path, gets, logged, clock, esc } = start({ filenames: ['a.log', 'b.log'] })
  mkdirSync(path('a.log'))
  append('b.log', 'one\n')
  await follower.start()
  await gets('one')
  clock.advance(10_000)
  await esc.waitIdle()
  expect(logged.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^cannot read .*a\.log: it is a directory; name its files: .*; it is tried again/),
  ])
  rmSync(path('a.log'), { recursive: true })
  append('a.log', 'two\n')
  await gets('one', 'two')
})

test('asks for leave to read a file, and reads it when its mode has changed', async () => {
  if (process.geteuid?.() !== 0) return
  const { follower, path, append, gets, logged, root } = start()
  const { chmodSync } = await import('node:fs')
  chmodSync(root, 0o777)
  writeFileSync(path('a.log'), 'one\n', { mode: 0o600 })
  process.seteuid?.(65534)
  try {
    await follower.start()
    expect(logged.map(({ message }) => message)).toEqual([expect.stringMatching(/EACCES.*let the daemon read it/)])
    process.seteuid?.(0)
    chmodSync(path('a.log'), 0o644)
    process.seteuid?.(65534)
    await gets('one')
  } finally {
    process.seteuid?.(0)
  }
  append('a.log', 'two\n')
  await gets('one', 'two')
})

test('stops trying a name that matched a pattern, once it is gone', async () => {
  const { follower, path, append, until, gets, settle, clock } = start({ filenames: ['*.log'], rotateWaitMs: 10 })
  append('a.log', 'one\n')
  await follower.start()
  await gets('one')
  settle()
  const [name] = follower.names()
  rmSync(path('a.log'))
  await until(() => name?.exists === false)
  mkdirSync(path('a.log'))
  await until(() => name?.fault === 'EISDIR')
  await until(() => {
    clock.advance(10)
    return name?.files.length === 0
  })
  expect(name?.retry?.live).toBe(true)
  rmSync(path('a.log'), { recursive: true })
  await until(() => follower.names().length === 0)
  expect(name?.retry).toBeNull()
})

test('keeps an old file open until its ranges are read again, and lets it go at its start if they are over', async () => {
  const { follower, path, logged } = start()
  const text = `${'x'.repeat(99)}\n`.repeat(5000)
  writeFileSync(path('a.log.1.gz'), gzipSync(text))
  const mark = { ...markOf(path('a.log.1.gz'), 0), path: path('a.log'), packed: true as const }
  await follower.continueFrom({ version: 1, filenames: [path('a.log')], files: [] })
  const again = () => rangeAgain({ ...mark, start: 499_900, end: 500_000 }, follower, 1000, new UnpackedRanges())
  const first = await again()
  const unpacking = again()
  if (first !== null) follower.settle(first)
  const second = await unpacking
  expect([second?.file.fd, second?.file === first?.file, logged]).toEqual([expect.any(Number), true, []])
  if (second !== null) follower.settle(second)
  expect(first?.file.fd).toBeGreaterThanOrEqual(0)
  await follower.start()
  expect([first?.file.fd, follower.files()]).toEqual([-1, expect.not.arrayContaining([first?.file])])
})

test('misses nothing if it is closed while it starts', async () => {
  const { follower, path, append } = start({ filenames: ['a.log', '*.txt'] })
  append('a.log', 'one\n')
  const mark = markOf(path('a.log'), 4)
  unlinkSync(path('a.log'))
  await follower.continueFrom({ version: 1, filenames: [path('a.log')], files: [mark] })
  const starting = follower.start()
  await follower.close()
  expect(await starting).toEqual([])
})
