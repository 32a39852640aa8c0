import { afterEach, expect, jest, test } from '@jest/globals'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { SpoolReader, type SpoolReadOptions } from '../../lib/files/spool-reader.js'
import type { FileLoop } from '../../lib/files/loop.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { passTime } from '../support/pass-time.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

function start(
  options: Partial<SpoolReadOptions> = {},
  inotify = true,
  done: string | null = null,
  whenStored?: (then: (isStored: boolean) => void) => void,
) {
  const root = mkdtempSync(join(tmpdir(), 'spool-'))
  const directory = join(root, 'in')
  mkdirSync(directory)
  const clock = new ManualClock()
  const esc = new Escapement({ clock })
  const loop = {
    inotify: inotify && esc.inotify,
    inotifyAdd: esc.inotifyAdd.bind(esc),
    inotifyRm: esc.inotifyRm.bind(esc),
    every: esc.every.bind(esc),
    cancel: esc.cancel.bind(esc),
    enqueue: esc.enqueue.bind(esc),
    after: esc.after.bind(esc),
    now: () => esc.now(),
    wall: () => esc.wall(),
  } as FileLoop
  const errors: string[] = []
  const news: string[] = []
  const log = {
    info: (_fields: object, message: string) => void news.push(message),
    warn: () => undefined,
    error: (_fields: object, message: string) => void errors.push(message),
  }
  const texts: string[] = []
  const all = {
    directory,
    doneDirectory: done === null ? null : join(root, done),
    ready: 'moved' as const,
    order: 'name' as const,
    pollMs: 100,
    chunkBytes: 1024,
    lineMax: 1000,
  }
  const give: ConstructorParameters<typeof SpoolReader>[3] = (file, { bytes, from, to, start, end }) => {
    texts.push(bytes.toString('utf8', from, to))
    const range = file.begin(start, end)
    esc.enqueue(() => spool.batch.settle(range))
  }
  const spool = new SpoolReader(loop, log, { ...all, ...options }, give, whenStored)
  cleanups.push(async () => {
    await spool.close()
    spool.batch.release()
    esc.close()
    rmSync(root, { recursive: true, force: true })
  })
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) {
      if (!loop.inotify) passTime(clock, 100)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const moveIn = (name: string) => {
    writeFileSync(join(root, name), `${name}\n`)
    renameSync(join(root, name), join(directory, name))
  }
  return { spool, texts, until, moveIn, directory, errors, news, root, clock, esc, loop }
}

test('a file is put away only when it may be, and it is asked again while it may not', async () => {
  const asked: ((isStored: boolean) => void)[] = []
  const { spool, until, moveIn, directory, clock } = start({}, true, null, (then) => asked.push(then))
  moveIn('a')
  await spool.start()
  await until(() => asked.length === 1)
  asked.pop()?.(false)
  moveIn('b')
  // It doesn't wait with what is over now: where the clock stands, nothing is asked for the first one once more.
  await until(() => spool.mark().files.filter(({ over }) => over === true).length === 2)
  expect(asked).toHaveLength(1)
  asked.pop()?.(false)
  expect([readdirSync(directory).sort(), asked.length]).toEqual([['a', 'b'], 0])
  clock.advance(1000)
  asked.pop()?.(true)
  await until(() => readdirSync(directory).length === 0)
})

test('reads each file once, and removes it', async () => {
  const { spool, texts, until, moveIn, directory } = start()
  moveIn('a')
  await spool.start()
  moveIn('b')
  await until(() => texts.length === 2 && readdirSync(directory).length === 0)
  expect(texts).toEqual(['a', 'b'])
  moveIn('a')
  await until(() => texts.length === 3)
})

test('polls where inotify does not work', async () => {
  const { spool, texts, until, moveIn } = start({}, false)
  await spool.start()
  moveIn('a')
  await until(() => texts.length === 1)
})

test('lists its directory once at a time, however often it is to be polled meanwhile', async () => {
  const { spool, texts, until, moveIn, clock } = start({}, false)
  const lists = () => process.getActiveResourcesInfo().filter((name) => name === 'FSReqPromise').length
  await spool.start()
  const before = lists()
  for (let i = 0; i < 50; i++) clock.advance(100)
  expect(lists() - before).toBe(1)
  moveIn('a')
  await until(() => texts.length === 1)
})

test('says that it could not put a file away, and does not read it again', async () => {
  const { spool, texts, until, moveIn, errors, root } = start({}, true, 'done')
  await spool.start()
  rmSync(join(root, 'done'), { recursive: true })
  moveIn('a')
  await until(() => errors.length === 1)
  expect(errors[0]).toMatch(/was read and can't be moved to .*without check-points it is read again after a restart/)
  expect(texts).toEqual(['a'])
})

test('reads a file that is moved over one which is still under way, and removes neither unread', async () => {
  const { spool, texts, until, moveIn, directory } = start()
  await spool.start()
  moveIn('a')
  await until(() => texts.length === 1)
  moveIn('a') // Before the first one is settled and put away.
  await until(() => texts.length === 2 && readdirSync(directory).length === 0)
  expect(texts).toEqual(['a', 'a'])
})

test('goes on behind thousands of files that have vanished, and reads those that come under their names', async () => {
  const { spool, texts, until, directory, errors, news, moveIn } = start()
  const names = Array.from({ length: 5000 }, (_, i) => `gone${i}`)
  await spool.start()
  for (const name of names) spool.batch.add(join(directory, name))
  await until(() => news.length === names.length)
  moveIn('gone0')
  await until(() => texts.length === 1)
  expect([news[0], errors]).toEqual([expect.stringMatching(/gone0 is gone: somebody has taken it/), []])
})

test.each<[string, string | Buffer, (path: string) => void, string[]]>([
  ['appends to', 'one\n', (path) => appendFileSync(path, 'two\nthree\n'), ['two\nthree']],
  ['appends to what has no line end of', 'one', (path) => appendFileSync(path, '\ntwo\n'), ['', 'two']],
  ['writes other lines into', 'one\n', (path) => writeFileSync(path, '2\n'), ['2']],
  ['appends compressed lines to', gzipSync('one\n'), (path) => appendFileSync(path, gzipSync('two\n')), ['two']],
])('reads what a writer %s a file that is still under way, before it is removed', async (_, text, change, more) => {
  const asked: ((isStored: boolean) => void)[] = []
  const { spool, texts, until, directory, esc } = start({ ready: 'closed' }, true, null, (then) => asked.push(then))
  await spool.start()
  const path = join(directory, typeof text === 'string' ? 'a' : 'a.gz')
  writeFileSync(path, text)
  await until(() => asked.length === 1)
  change(path)
  await esc.waitIdle()
  asked.pop()?.(true)
  await until(() => asked.length === 1)
  expect([texts.join('\n'), readdirSync(directory)]).toEqual([['one', ...more].join('\n'), [basename(path)]])
  asked.pop()?.(true)
  await until(() => readdirSync(directory).length === 0)
})

test.each([true, false])('binds nothing if it is closed while it starts, where inotify works: %s', async (inotify) => {
  const { spool, loop } = start({}, inotify, 'done')
  const bound = [jest.spyOn(loop, 'inotifyAdd'), jest.spyOn(loop, 'every')]
  const starting = spool.start()
  await spool.close()
  await starting
  expect(bound.map(({ mock }) => mock.calls.length)).toEqual([0, 0])
})
