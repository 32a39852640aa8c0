import { afterEach, expect, test } from '@jest/globals'
import { appendFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { FileWatcherSupply, type FileWatcherOptions } from '../../cogs/file-watcher-supply.js'
import { Drain, itemSetter, one } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { passTime } from '../support/pass-time.js'
import { temporary } from '../support/temporary.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** Keeps what it takes; tells that it is written only when it is told to. */
class Shelf extends Drain<unknown> {
  readonly taken: unknown[] = []
  isWriting = true
  isFull = false
  private written = 0

  get flushed(): number {
    return this.isWriting ? this.taken.length : this.written
  }

  take(data: unknown): void {
    this.taken.push(data)
  }

  position(): number {
    return this.taken.length
  }

  override full(): boolean {
    return this.isFull
  }

  write(): void {
    this.written = this.taken.length
    this.train.flushed(this)
  }
}

function start<Out = string>(options: Partial<FileWatcherOptions<Out>> = {}, stages: unknown[] = []) {
  const root = temporary()
  const { train, esc, clock, log, dead } = testTrain()
  const path = (name: string) => join(root, name)
  const filenames = (options.filenames ?? ['a.log']).map(path)
  const supply = new FileWatcherSupply<Out>(train, { tail: false, rescanMs: 1000, ...options, filenames })
  const shelf = new Shelf(train, {})
  ;(train.line as (...stages: unknown[]) => unknown)(supply, ...stages, shelf)
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) {
      if (!esc.inotify) passTime(clock, 1000)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  cleanups.push(async () => {
    await train.stop()
    esc.close()
  })
  const append = (name: string, text: string) => appendFileSync(path(name), text)
  const run = () => train.run({ signals: false })
  return { root, path, train, supply, shelf, until, append, run, log, dead }
}

test('supplies lines as they are appended, and acknowledges what is written', async () => {
  const { append, run, supply, shelf, until, train } = start()
  append('a.log', 'one\ntwo\n')
  const running = run()
  await until(() => shelf.taken.length === 2)
  shelf.isWriting = false
  append('a.log', 'three\n')
  await until(() => shelf.taken.length === 3)
  expect(supply.progress()).toMatchObject([{ read: 14, acknowledged: 8, lines: 3, rotations: 0, lost: 0 }])
  shelf.write()
  expect(supply.progress()).toMatchObject([{ read: 14, acknowledged: 14 }])
  await train.stop()
  await running
  expect(shelf.taken).toEqual(['one', 'two', 'three'])
})

test('makes data of lines with the setters that it is given', async () => {
  const { append, run, shelf, path } = start<Record<string, string>>({
    follow: false,
    lineSetter: itemSetter('line'),
    idSetter: itemSetter('id'),
    filenameSetter: itemSetter('__proto__'),
  })
  append('a.log', 'one\ntwo\n')
  await run()
  const [first, second] = shelf.taken as Record<string, string>[]
  expect(first?.['line']).toBe('one')
  expect(Object.entries(second ?? {})).toEqual([
    ['line', 'two'],
    ['id', 't1'],
    ['__proto__', path('a.log')],
  ])
})

test('reads every file to its end and stops, if it does not follow: also packed ones and last lines without an end', async () => {
  const { append, run, shelf, path, supply } = start({ follow: false, filenames: ['a.log.2.gz', 'a.log.1', 'a.log'] })
  const packed = Array.from({ length: 50_000 }, (_, i) => `packed ${i}`)
  writeFileSync(path('a.log.2.gz'), gzipSync(packed.join('\n')))
  append('a.log.1', '1\r\n\r\n2')
  append('a.log', '')
  await run()
  expect(shelf.taken.slice(0, -3)).toEqual(packed)
  expect(shelf.taken.slice(-3)).toEqual(['1', '', '2'])
  expect(supply.progress().map(({ read, acknowledged }) => read - acknowledged)).toEqual([0, 0, 0])
})

test('fails with ENOENT if there is nothing to read in a batch, or nothing to follow and it may not wait', async () => {
  await expect(start({ follow: false }).run()).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(start({ follow: false, filenames: ['*.log'] }).run()).rejects.toThrow(/\*\.log \(matches nothing\)/)
  await expect(start({ onMissing: 'fail' }).run()).rejects.toMatchObject({ code: 'ENOENT' })
})

test('warns if there is nothing to follow yet, and reads it when it comes', async () => {
  const { append, run, shelf, until, log, train } = start({ tail: true })
  const running = run()
  await until(() => log.length > 0)
  expect(log).toMatchObject([
    { level: 'warn', message: expect.stringMatching(/nothing to follow yet: .*a\.log; it is/) },
  ])
  append('a.log', 'one\n')
  await until(() => shelf.taken.length === 1)
  await train.stop()
  await running
})

test('fails on a packed file that is cut off', async () => {
  const { run, path } = start({ follow: false, filenames: ['a.gz'] })
  writeFileSync(path('a.gz'), gzipSync('one\ntwo\n').subarray(0, 15))
  await expect(run()).rejects.toThrow(/cannot read .*a\.gz: unexpected end of file/)
})

test.each([
  ['cut', ['1', `a${'ä'.repeat(499)}`, '2']],
  ['skip', ['1', '2']],
] as const)('a line that is too long: %s', async (longLines, expected) => {
  const long = start({ follow: false, lineMax: 1000, longLines, chunkBytes: 65_536 })
  long.append('a.log', `1\na${'ä'.repeat(2500)}\n2\n`)
  await long.run()
  expect(long.shelf.taken).toEqual(expected)
  expect(long.log).toMatchObject([{ level: 'warn', message: expect.stringMatching(/a line of 5002 bytes at 2/) }])
  expect(long.supply.progress()).toMatchObject([{ read: 5006, acknowledged: 5006 }])
  const slow = start({ follow: false, lineMax: 1000, longLines, chunkBytes: 512 })
  slow.append('a.log', `1\na${'ä'.repeat(2500)}\n2\n`)
  await slow.run()
  expect(slow.shelf.taken).toEqual(expected)
})

test('a line that is too long stops the train, if it is told to fail, and is not acknowledged', async () => {
  const { append, run, supply } = start({ follow: false, lineMax: 1000, longLines: 'fail' })
  append('a.log', `1\n${'a'.repeat(5000)}\n2\n`)
  await expect(run()).rejects.toMatchObject({ code: 'EMSGSIZE' })
  expect(supply.progress()).toMatchObject([{ acknowledged: 2 }])
})

test('hands out a line as it came when it fails, also when its file was renamed', async () => {
  const { append, run, path, dead, until, train } = start({}, [
    one((line: string) => {
      if (line.startsWith('bad')) throw new Error('bad')
      return line
    }),
  ])
  append('a.log', 'one\nbad \u00fc\r\nthree\n')
  const running = run()
  await until(() => dead.length === 1)
  expect(String(dead[0]?.original)).toBe('bad \u00fc')
  expect(dead[0]?.from).toEqual({ supply: 'FileWatcherSupply', file: path('a.log'), offset: 4 })
  renameSync(path('a.log'), path('a.log.1'))
  append('a.log.1', 'bad 2\n')
  await until(() => dead.length === 2)
  expect(String(dead[1]?.original)).toBe('bad 2')
  await train.stop()
  await running
})

test('waits while the drain is full, and loses nothing', async () => {
  const { append, run, shelf, until, train } = start({ chunkBytes: 1024 })
  const lines = Array.from({ length: 5000 }, (_, i) => `line ${i}`)
  append('a.log', `${lines.join('\n')}\n`)
  shelf.isFull = true
  shelf.isWriting = false
  const running = run()
  await until(() => shelf.taken.length > 0)
  const count = shelf.taken.length
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
  expect(shelf.taken.length).toBe(count)
  expect(count).toBeLessThan(500)
  shelf.isFull = false
  shelf.isWriting = true
  shelf.write()
  await until(() => shelf.taken.length === 5000)
  expect(shelf.taken).toEqual(lines)
  await train.stop()
  await running
})

test('refuses settings that make no sense', () => {
  expect(() => start({ lineMax: 0 })).toThrow(/lineMax must be at least 1/)
  expect(() => start({ chunkBytes: 100 })).toThrow(/chunkBytes must be at least 512/)
  expect(() => start({ filenames: [] })).toThrow(/filenames must name at least one file/)
})
