import { afterEach, expect, jest, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppendFile } from '../../lib/files/append-file.js'
import type { OutputMark } from '../../lib/files/output-mark.js'
import type { AppendOptions } from '../../lib/files/append-options.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(
  options: Partial<AppendOptions> & { isNamedLater?: boolean } = {},
  prepare: (path: string) => void = () => undefined,
) {
  const root = mkdtempSync(join(tmpdir(), 'append-'))
  const path = join(root, options.path ?? 'out.log')
  prepare(path)
  const clock = new ManualClock({ nowMs: 0 })
  const esc = new Escapement({ clock })
  const logged: string[] = []
  const failures: Error[] = []
  let told = 0
  const asked: ((isStored: boolean) => void)[] = []
  const checkpoint = (then: (isStored: boolean) => void): void => {
    if (options.isNamedLater === true) asked.push(then)
    else then(true)
  }
  const at = (level: string) => (_fields: object, message: string) => void logged.push(`${level} ${message}`)
  const file = new AppendFile(
    esc,
    { info: at('info'), warn: at('warn'), error: at('error') },
    {
      mode: 0o640,
      mkdir: false,
      header: null,
      bufferMax: 1 << 20,
      sync: 'none',
      syncMs: 1000,
      rotateBytes: null,
      rotateEveryMs: null,
      keep: 2,
      retryMs: 1000,
      retriesMax: 3,
      ...options,
      path,
    },
    { flushed: () => (told += 1), failed: (error) => failures.push(error), checkpoint },
  )
  cleanups.push(() => {
    file.release()
    esc.close()
    rmSync(root, { recursive: true, force: true })
  })
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }
  const text = (name = path) => readFileSync(name, 'utf8')
  return { file, path, root, clock, esc, logged, failures, until, text, asked, told: () => told }
}

function isOpen(fd: number): boolean {
  return existsSync(`/proc/self/fd/${fd}`)
}

function read(fd: number): void {
  try {
    readSync(fd, Buffer.alloc(1 << 16))
  } catch (error) {
    expect(error).toMatchObject({ code: 'EAGAIN' })
  }
}

test('writes what was taken as soon as the input pauses', async () => {
  const { file, esc, text, told } = start()
  file.open()
  file.append('one\n')
  file.append('two\n')
  expect([file.position(), file.flushed, text()]).toEqual([8, 0, ''])
  await esc.waitIdle()
  expect([file.position(), file.flushed, text(), told()]).toEqual([8, 8, 'one\ntwo\n', 1])
})

test('appends to what is there, and makes a file with the mode asked for', async () => {
  const old = start({}, (path) => writeFileSync(path, 'old\n'))
  old.file.open()
  old.file.append('new\n')
  await old.file.close()
  expect(old.text()).toBe('old\nnew\n')
  const fresh = start({ path: 'x/y.log', mkdir: true, mode: 0o600 })
  fresh.file.open()
  expect(statSync(fresh.path).mode & 0o777).toBe(0o600)
})

test('says what to do when the file cannot be opened', () => {
  const { file } = start({ path: 'none/out.log' })
  expect(() => file.open()).toThrow(/cannot open .*ENOENT.*make its directory, or set mkdir/)
})

test('writes a large input in order, and is full above its limit until it is written', async () => {
  const { file, text, until } = start({ bufferMax: 100_000 })
  file.open()
  const line = 'größe '.repeat(20) + '\n'
  for (let i = 0; i < 5000; i++) file.append(line)
  expect(file.full()).toBe(true)
  await until(() => !file.full())
  await file.close()
  expect(text() === line.repeat(5000)).toBe(true)
  expect(file.flushed).toBe(5000 * line.length)
})

test('bytes of lines and text go into the file in their order, cut where somebody seals', async () => {
  const { file, text } = start({ header: '# head' })
  file.open()
  const marks: OutputMark[] = []
  file.append('größe\n')
  file.appendBytes(Buffer.from('zwölf\nelf'))
  file.seal((mark) => marks.push(mark))
  file.appendBytes(Buffer.from('zehn'))
  file.append('neun\n')
  expect(file.position()).toBe(6 + 11 + 5 + 5)
  await file.close()
  expect(text()).toBe('# head\ngröße\nzwölf\nelf\nzehn\nneun\n')
  expect(marks).toMatchObject([{ bytes: Buffer.byteLength('# head\ngröße\nzwölf\nelf\n') }])
  expect(file.flushed).toBe(file.position())
})

test('seals: tells the length in bytes of this instant, once it is written', async () => {
  const { file, text, until } = start({}, (path) => writeFileSync(path, 'old\n'))
  file.open()
  const lengths: number[] = []
  file.seal(({ bytes }) => lengths.push(bytes))
  expect(lengths).toEqual([4])
  file.append('ö'.repeat(70_000) + '\n')
  file.append('ü\n')
  file.seal(({ bytes }) => lengths.push(bytes))
  file.append('later\n')
  file.seal(({ bytes }) => lengths.push(bytes))
  expect(lengths).toEqual([4])
  await until(() => lengths.length === 3)
  expect(lengths).toEqual([4, 140_008, 140_014])
  expect(Buffer.byteLength(text())).toBe(140_014)
})

test('rotates by size at the end of a line, and keeps so many', async () => {
  const { file, root, esc, path, text } = start({ rotateBytes: 6 })
  file.open()
  for (const word of ['one', 'two', 'three', 'four', 'five', 'six']) {
    file.append(`${word}\n`)
    await esc.waitIdle()
  }
  expect(readdirSync(root).sort()).toEqual(['out.log', 'out.log.1', 'out.log.2'])
  expect([text(`${path}.2`), text(`${path}.1`), text()]).toEqual(['three\n', 'four\nfive\n', 'six\n'])
})

test('does not rotate when it is closed and there is nothing more to write', async () => {
  const { file, root, esc } = start({ rotateBytes: 4 })
  file.open()
  file.append('one\n')
  await esc.waitIdle()
  await file.close()
  expect(readdirSync(root)).toEqual(['out.log'])
})

test('rotates by age when there is something to write', async () => {
  const { file, clock, esc, path, text } = start({ rotateEveryMs: 60_000 })
  file.open()
  file.append('one\n')
  await esc.waitIdle()
  clock.advance(60_000)
  await esc.waitIdle()
  file.append('two\n')
  await esc.waitIdle()
  expect([text(`${path}.1`), text()]).toEqual(['one\n', 'two\n'])
})

test('tells once of a rotation that fails again and again, and loses nothing', async () => {
  const { file, root, path, esc, clock, logged, text } = start({ rotateBytes: 4, keep: 1 })
  mkdirSync(join(root, 'out.log.1/full'), { recursive: true })
  file.open()
  for (let i = 0; i < 9; i++) {
    file.append(`${i}\n`)
    await esc.waitIdle()
  }
  expect(logged).toEqual([expect.stringMatching(/^error cannot rotate .*; it grows on, and it is tried again$/)])
  rmSync(join(root, 'out.log.1'), { recursive: true })
  clock.advance(1000)
  file.append('more\n')
  await esc.waitIdle()
  expect(logged.slice(1)).toEqual([`info ${path} can be rotated again`])
  expect([text(`${path}.1`), text()]).toEqual(['0\n1\n2\n3\n4\n5\n6\n7\n8\n', 'more\n'])
})

test('opens the file anew after it was renamed, and loses nothing', async () => {
  const { file, esc, path, text } = start()
  file.open()
  file.append('one\n')
  await esc.waitIdle()
  renameSync(path, `${path}.1`)
  file.append('two\n')
  await esc.waitIdle()
  file.reopen()
  file.append('three\n')
  await esc.waitIdle()
  expect([text(`${path}.1`), text()]).toEqual(['one\ntwo\n', 'three\n'])
})

test('goes on with the old file if the new one cannot be opened', async () => {
  const { file, esc, path, root, logged, text } = start()
  file.open()
  file.append('one\n')
  await esc.waitIdle()
  renameSync(root, `${root}-moved`)
  file.reopen()
  file.append('two\n')
  await esc.waitIdle()
  renameSync(`${root}-moved`, root)
  expect(logged).toEqual([expect.stringMatching(/^error cannot open .* anew: .*the old file is written on/)])
  expect(text(path)).toBe('one\ntwo\n')
})

test('tells the end of the file that holds what was sealed last, also while it is to be opened anew', async () => {
  const { file, path, text, until } = start()
  file.open()
  file.append(`${'a'.repeat(70_000)}\n`)
  renameSync(path, `${path}.1`)
  file.reopen()
  file.append('sealed\n')
  const lengths: number[] = []
  file.seal(({ bytes }) => lengths.push(bytes))
  await until(() => lengths.length > 0)
  expect([lengths, statSync(`${path}.1`).size]).toEqual([[7], 70_001])
  file.append('later\n')
  await file.close()
  expect(text()).toBe('sealed\nlater\n')
})

test('opens the file anew as soon as what is under way is written', async () => {
  const { file, path, until } = start()
  file.open()
  file.append(`${'a'.repeat(70_000)}\n`)
  renameSync(path, `${path}.1`)
  file.reopen()
  await until(() => file.flushed === 70_001)
  expect(statSync(path).size).toBe(0)
})

test('where syncing takes its time, another file that waits does not: what is written is synced for it at once', async () => {
  const { file, path, esc, asked, until, text } = start({ sync: 'interval', syncMs: 60_000, isNamedLater: true })
  file.open()
  file.append('one\n')
  await esc.waitIdle()
  renameSync(path, `${path}.1`)
  file.append('two\n') // Written only now, into the old file.
  file.reopen()
  file.seal(() => asked[0]?.(true))
  file.append('three\n')
  await until(() => statSync(path).size > 0)
  expect([text(`${path}.1`), text(), file.flushed]).toEqual(['one\ntwo\n', 'three\n', 8])
})

test('gives up if what was written cannot be synced before another file takes its place, and never syncs it again', async () => {
  const { file, path, clock, esc, failures, logged } = start({ sync: 'interval' }, (name) =>
    symlinkSync('/dev/null', name),
  )
  file.open()
  file.append('one\n')
  await esc.waitIdle()
  rmSync(path)
  file.reopen()
  expect(failures).toMatchObject([
    { code: 'EINVAL', message: expect.stringMatching(/^gave up writing .* 4 characters/) },
  ])
  expect([file.flushed, logged]).toEqual([0, []])
  clock.advance(1000)
  file.append('two\n')
  await file.close()
  expect([file.flushed, isOpen(file.fd)]).toEqual([0, false]) // It would be open while it is synced.
})

test('counts as flushed only what is synced, where syncing is asked for', async () => {
  const { file, clock, esc, text, until } = start({ sync: 'interval', syncMs: 500 })
  file.open()
  file.append('one\n')
  await esc.waitIdle()
  expect([text(), file.flushed]).toEqual(['one\n', 0])
  clock.advance(500)
  await until(() => file.flushed === 4)
  const batch = start({ sync: 'batch' })
  batch.file.open()
  batch.file.append('one\n')
  await batch.until(() => batch.file.flushed === 4)
  batch.file.append('two\n')
  await batch.file.close()
  expect(batch.file.flushed).toBe(8)
})

test('syncs what is under way at once when it is closed', async () => {
  const { file } = start({ sync: 'interval', syncMs: 500 })
  file.open()
  file.append(`${'a'.repeat(70_000)}\n`)
  await file.close()
  expect(file.flushed).toBe(70_001)
})

test('is let go under its own write: closed only when that has ended, and nothing more is done', async () => {
  let reader = -1
  const { file, told, failures, until } = start({ sync: 'batch' }, (name) => {
    execFileSync('mkfifo', [name])
    reader = openSync(name, constants.O_RDWR | constants.O_NONBLOCK)
  })
  cleanups.push(() => closeSync(reader))
  file.open()
  file.append(`${'a'.repeat(200_000)}\n`) // More than a pipe holds.
  file.release()
  expect(isOpen(file.fd)).toBe(true)
  await until(() => {
    read(reader)
    return file.fd < 0
  })
  expect([failures, told(), file.flushed]).toEqual([[], 0, 0])
})

test('is let go while it waits for its input to pause: waits no longer, as its loop may be closed', async () => {
  const { file, esc } = start()
  file.open()
  file.append(`${'a'.repeat(20_000)}\n`)
  const enqueued = jest.spyOn(esc, 'enqueue')
  file.release()
  await esc.waitIdle()
  expect([enqueued.mock.calls, file.fd]).toEqual([[], -1])
})

test('is let go while it is synced: closed only when that has ended, and not synced again', async () => {
  const { file, until, failures } = start({ sync: 'batch' })
  file.open()
  for (const line of ['one\n', 'two\n']) {
    file.append(line)
    file.seal(() => undefined)
  }
  file.release()
  expect(isOpen(file.fd)).toBe(true)
  await until(() => file.fd < 0)
  await file.close()
  expect([failures, file.flushed]).toEqual([[], 0])
})

test('keeps everything while the disk is full, says so once, and writes on when it can', async () => {
  const { file, clock, esc, path, logged, until, text } = start({}, (path) => symlinkSync('/dev/full', path))
  file.open()
  file.append('one\n')
  await esc.waitIdle()
  expect([file.full(), file.flushed]).toEqual([true, 0])
  file.append('two\n')
  clock.advance(1000)
  await esc.waitIdle()
  rmSync(path)
  file.reopen()
  await until(() => {
    clock.advance(1000) // A write that fails on the thread pool may come back after any time.
    return file.flushed === 8
  })
  expect(text()).toBe('one\ntwo\n')
  expect(file.full()).toBe(false)
  expect(logged).toEqual([
    expect.stringMatching(/^error cannot write .*ENOSPC.*make room on the disk; everything is kept and tried again$/),
    expect.stringMatching(/^info .* can be written again$/),
  ])
})

test('gives up after so many tries, with the code of the last failure', async () => {
  const { file, clock, failures, until } = start({}, (path) => symlinkSync('/dev/full', path))
  file.open()
  file.append('one\n')
  await until(() => {
    clock.advance(10_000)
    return failures.length > 0
  })
  expect(failures).toEqual([expect.objectContaining({ code: 'ENOSPC' })])
  expect(failures[0]?.message).toMatch(/gave up writing .* with 4 characters left/)
  expect(file.full()).toBe(true)
  await file.close()
})

test('begins each file with the header once, also after a rotation, and none that has something in it', async () => {
  const { file, root, esc, path, text } = start({ header: 'ä', rotateBytes: 12 }, (name) =>
    writeFileSync(name, 'old\n'),
  )
  file.open()
  for (const word of ['one', 'two', 'three', 'four']) {
    file.append(`${word}\n`)
    await esc.waitIdle()
  }
  await file.close()
  expect([text(`${path}.1`), text()]).toEqual(['old\none\ntwo\n', 'ä\nthree\nfour\n'])
  expect(readdirSync(root)).toHaveLength(2)
})

test('writes no header without a line behind it', async () => {
  const { file, text } = start({ header: 'a,b' })
  file.open()
  await file.close()
  expect([text(), file.flushed]).toEqual(['', 0])
})

test('counts the header in what it seals, not in what it was given', async () => {
  const { file, text, until } = start({ header: 'a,b' })
  file.open()
  const lengths: number[] = []
  const seal = () => file.seal(({ bytes }) => lengths.push(bytes))
  seal()
  file.append('1\n')
  seal()
  file.append(`${'2'.repeat(70_000)}\n`)
  seal()
  await until(() => lengths.length === 3)
  expect([lengths, file.flushed, file.position()]).toEqual([[0, 6, 70_007], 70_003, 70_003])
  expect(text()).toHaveLength(70_007)
})

test.each([
  ['empty', '', 'a,b\n1,2\n'],
  ['not empty', 'a,b\n', 'a,b\n1,2\n'],
])('a file that takes the place of one on a full disk has the header once: %s', async (_name, before, after) => {
  const { file, path, clock, esc, text } = start({ header: 'a,b' }, (name) => symlinkSync('/dev/full', name))
  file.open()
  file.append('1,2\n')
  await esc.waitIdle()
  rmSync(path)
  writeFileSync(path, before)
  file.reopen()
  clock.advance(1000)
  await file.close()
  expect(text()).toBe(after)
})

test('a next file takes over only once a record names it; what comes meanwhile goes into neither', async () => {
  const { file, path, asked, esc, until, text } = start({ rotateBytes: 4, isNamedLater: true })
  file.open()
  file.append('one\n')
  await esc.waitIdle()
  file.append('two\n') // It is due; but what is taken before the record goes into the present file.
  await esc.waitIdle()
  expect([asked.length, text()]).toEqual([1, 'one\ntwo\n'])
  const marks: OutputMark[] = []
  file.seal((mark) => marks.push(mark))
  file.append('three\n')
  await esc.waitIdle()
  expect(marks).toMatchObject([{ bytes: 8, next: { bytes: 0 } }])
  expect([text(), existsSync(`${path}.1`), file.flushed]).toEqual(['one\ntwo\n', false, 8])
  asked[0]?.(true)
  await until(() => file.flushed === 14)
  expect([text(`${path}.1`), text()]).toEqual(['one\ntwo\n', 'three\n'])
  file.seal((mark) => marks.push(mark))
  expect(marks[1]).toEqual({ path, dev: marks[0]?.next?.dev, ino: marks[0]?.next?.ino, bytes: 6 })
})

test('if the record was not stored, the next one holds what was held back', async () => {
  const { file, asked, esc, text } = start({ rotateBytes: 4, isNamedLater: true })
  file.open()
  file.append('one\n')
  await esc.waitIdle()
  file.append('two\n')
  await esc.waitIdle()
  const marks: number[] = []
  file.seal(({ bytes }) => marks.push(bytes))
  file.append('three\n')
  await esc.waitIdle()
  file.seal(({ bytes }) => marks.push(bytes))
  await esc.waitIdle()
  expect([marks, text(), asked.length]).toEqual([[8, 14], 'one\ntwo\nthree\n', 1])
  await file.close()
})

test('a file that is closed before its next one is named holds everything, and nothing waits beside it', async () => {
  const { file, root, asked, esc, text } = start({ rotateBytes: 4, isNamedLater: true })
  file.open()
  file.append('one\n')
  await esc.waitIdle()
  file.append('two\n')
  await esc.waitIdle()
  file.append('three\n')
  await file.close()
  asked[0]?.(true) // It comes too late.
  expect([text(), readdirSync(root)]).toEqual(['one\ntwo\nthree\n', ['out.log']])
  const marks: OutputMark[] = []
  file.seal((mark) => marks.push(mark))
  expect(marks).toMatchObject([{ bytes: 14, isClosed: true }])
})

test('a file to which others write is marked as shared', async () => {
  const { file, path, esc } = start()
  file.open()
  file.append('one\n')
  await esc.waitIdle()
  appendFileSync(path, 'of another\n')
  const marks: OutputMark[] = []
  file.seal((mark) => marks.push(mark))
  expect(marks).toMatchObject([{ bytes: 4, isShared: true }])
  await file.close()
})

test('an output that is copied and truncated is marked where it ends, told once, and has its header again', async () => {
  const { file, path, esc, logged, text } = start({ header: 'a,b' })
  file.open()
  file.append('1,2\n')
  await esc.waitIdle()
  const marks: OutputMark[] = []
  const seal = () => file.seal((mark) => marks.push(mark))
  seal()
  truncateSync(path, 0)
  seal()
  file.append('3,4\n')
  await esc.waitIdle()
  seal()
  truncateSync(path, 0)
  file.append('5,6\n')
  await esc.waitIdle()
  seal()
  seal()
  expect(marks.map(({ bytes }) => bytes)).toEqual([8, 0, 8, 4, 4])
  expect(marks.some(({ isShared }) => isShared === true)).toBe(false)
  const told = `warn ${path} is 8 bytes shorter than what was written to it: someone has cut it; it is appended to`
  expect(logged).toEqual([told, told])
  file.append('7,8\n')
  await file.close()
  file.cutBack(marks.at(-1))
  expect(text()).toBe('5,6\n')
})

test('what has no length is not taken for cut', async () => {
  const { file, esc, logged } = start({}, (name) => symlinkSync('/dev/null', name))
  file.open()
  file.append('one\n')
  await esc.waitIdle()
  const lengths: number[] = []
  file.seal(({ bytes }) => lengths.push(bytes))
  expect([lengths, logged]).toEqual([[4], []])
})

test('an output is cut back before it is opened, wherever it is', async () => {
  const { file, esc, text } = start()
  file.open()
  file.append('one\n')
  await esc.waitIdle()
  const marks: OutputMark[] = []
  file.seal((mark) => marks.push(mark))
  file.append('two\n')
  await file.close()
  expect(text()).toBe('one\ntwo\n')
  file.cutBack(marks[0])
  expect(text()).toBe('one\n')
})
