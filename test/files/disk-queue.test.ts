import { afterEach, expect, test } from '@jest/globals'
import { copyFileSync, readFileSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { native } from 'inotify-ts/native'
import { segmentName } from '../../lib/files/segment.js'
import { makeQueue, openRig, queueDirectory, removeQueues } from '../support/queues.js'

afterEach(removeQueues)

/** A record of 100 bytes. */
const record = (i: number): string => `${i}`.padEnd(88)
const records = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => record(from + i))

test('what goes in comes out, in order, and is gone when it is settled', async () => {
  const { queue, taken, until, settle, files, end } = openRig()
  const texts = Array.from({ length: 5000 }, (_, i) => `{"n":${i},"word":"größe"}`)
  for (const text of texts) queue.put(text)
  await until(() => taken.length === texts.length)
  expect(taken).toEqual(texts)
  expect([queue.isAtEnd, queue.flushed]).toEqual([true, queue.position()])
  settle()
  await end()
  expect(files()).toEqual(['cursor'])
})

const onLinux = process.platform === 'linux' ? test : () => undefined // There /proc tells what is open.
onLinux('once it is closed no file of it is open, though it was still giving', async () => {
  const { queue, directory, taken, until } = openRig()
  const openFiles = (): string[] =>
    readdirSync('/proc/self/fd')
      .map((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`)
        } catch {
          return '' // That of the listing itself.
        }
      })
      .filter((path) => path.startsWith(directory))
  for (const text of records(0, 50)) queue.put(text)
  await until(() => taken.length > 0)
  expect(openFiles()).toContain(join(directory, segmentName(0)))
  queue.close()
  await until(() => openFiles().length === 0)
})

test('a later run goes on behind what was settled, also after a kill', async () => {
  const first = openRig()
  for (const text of ['1', '2', '3']) first.queue.put(text)
  await first.until(() => first.taken.length === 3)
  first.settle()
  for (const text of ['4', '5']) first.queue.put(text)
  await first.until(() => first.taken.length === 5)
  await first.kill()
  const second = openRig({ directory: first.directory })
  second.queue.put('6')
  await second.until(() => second.taken.length === 3)
  expect(second.taken).toEqual(['4', '5', '6'])
  await second.end()
  const third = openRig({ directory: first.directory })
  await third.until(() => third.taken.length === 3)
  expect(third.taken).toEqual(['4', '5', '6'])
  expect([first, second, third].flatMap(({ logged }) => logged)).toEqual([])
})

test('the cursor stays before what is not over, whatever is settled behind it', async () => {
  const { queue, directory, taken, ranges, clock, until, kill } = openRig()
  for (let i = 0; i < 4; i++) {
    queue.put(record(i))
    await until(() => taken.length === i + 1)
  }
  for (const i of [0, 3, 2]) queue.settle(ranges[i]!)
  clock.advance(100)
  await kill()
  const next = openRig({ directory })
  await next.until(() => next.queue.isAtEnd)
  expect(next.taken).toEqual(records(1, 4))
})

test('the cursor is stored at most every so often, and nothing runs while nothing moves', async () => {
  const { queue, directory, clock, taken, ranges, until } = openRig({ cursorMs: 500 })
  const stored = (): string => readFileSync(join(directory, 'cursor'), 'latin1')
  const before = stored()
  for (let i = 0; i < 3; i++) {
    queue.put(record(i))
    await until(() => taken.length === i + 1)
    queue.settle(ranges[i]!)
  }
  clock.advance(499)
  expect(stored()).toBe(before)
  clock.advance(1)
  expect(stored()).toContain(' 0000000000000300 ')
  await clock.runUntilIdle()
  expect(clock.now()).toBe(500)
})

test('at the end the cursor is stored at once', async () => {
  const { queue, directory, taken, ranges, until, end } = openRig()
  queue.put('1')
  await until(() => taken.length === 1)
  queue.put('2')
  await until(() => taken.length === 2)
  queue.settle(ranges[0]!)
  await end()
  const next = openRig({ directory })
  await next.until(() => next.queue.isAtEnd)
  expect(next.taken).toEqual(['2'])
})

test('a segment is removed once all of it is over, and not before the cursor says so', async () => {
  const { queue, taken, ranges, clock, until, files } = openRig({ segmentBytes: 512 })
  for (const text of records(0, 12)) queue.put(text)
  await until(() => taken.length === 12)
  expect(files().length).toBe(4)
  queue.settle(ranges.shift()!)
  expect(files().length).toBe(4)
  clock.advance(100)
  expect(files()).toEqual(['cursor', segmentName(500), segmentName(1000)])
  for (const range of ranges) queue.settle(range)
  clock.advance(100)
  expect(files()).toEqual(['cursor', segmentName(1000)])
})

test('pause: it is full from maxBytes on, and tells once when there is room again', async () => {
  const { queue, taken, told, settle, until } = openRig({ maxBytes: 4096, segmentBytes: 512 })
  for (const text of records(0, 40)) queue.put(text)
  expect(queue.full()).toBe(false)
  queue.put(record(40))
  expect([queue.full(), queue.bytes]).toEqual([true, 4100])
  queue.put(record(41))
  await until(() => taken.length === 42)
  expect(queue.full()).toBe(true)
  const before = told()
  settle()
  expect([queue.full(), told(), queue.bytes]).toEqual([false, before + 1, 0])
  settle()
  expect(told()).toBe(before + 1)
})

test('pause: a record that is larger than the queue may be makes it full only until it is over', async () => {
  const { queue, taken, settle, until, files } = openRig({ maxBytes: 4096 })
  queue.put('x'.repeat(10_000))
  await until(() => taken.length === 1)
  expect(queue.full()).toBe(true)
  settle()
  expect([queue.full(), files()]).toEqual([false, ['cursor']])
  queue.put('y')
  await until(() => taken.length === 2)
})

test.each(['batch', 'interval'] as const)(
  'pause: such a record makes it full only until it is over also where it is synced after that: %s',
  async (sync) => {
    const { queue, taken, settle, clock, until, told, files } = openRig({ maxBytes: 4096, sync, syncMs: 1000 })
    queue.put('x'.repeat(10_000))
    await until(() => taken.length === 1)
    expect(queue.full()).toBe(true)
    settle()
    clock.advance(1000)
    await until(() => queue.flushed === queue.position())
    const before = told()
    clock.advance(100)
    await until(() => files().length === 1)
    expect([queue.full(), told() > before]).toEqual([false, true])
  },
)

test('divert: what comes to a full queue is refused, and nobody waits', async () => {
  const { queue, directory, taken, settle, until } = openRig({ maxBytes: 4096, whenFull: 'divert' })
  for (const text of records(0, 41)) queue.put(text)
  expect(() => queue.put(record(41))).toThrow(
    `the queue in ${directory} must be below maxBytes (4096) to take more: it has 4100`,
  )
  expect(() => queue.put(record(41))).toThrow(expect.objectContaining({ code: 'ERR_QUEUE_FULL' }))
  expect(queue.full()).toBe(false)
  await until(() => taken.length === 41)
  settle()
  queue.put(record(42))
  await until(() => taken.length === 42)
  expect(taken.at(-1)).toBe(record(42))
})

test('dropOldest: the oldest that nobody had gives way, never what is under way', async () => {
  const { queue, directory, taken, settle, until, logged, end } = openRig({ maxBytes: 4096, whenFull: 'dropOldest' })
  for (const text of records(0, 7)) queue.put(text)
  await until(() => taken.length === 7)
  queue.pause()
  for (let i = 7; i < 200; i++) {
    queue.put(record(i))
    if (i % 5 === 0) await until(() => queue.flushed === queue.position())
  }
  expect(queue.full()).toBe(false)
  expect(queue.bytes).toBeLessThanOrEqual(4096 + 100)
  queue.resume()
  await until(() => queue.isAtEnd)
  // Segments have five records: those from 5 on were begun, the next ones gave way.
  const { dropped } = queue
  expect(dropped).toBeGreaterThan(100)
  expect(taken).toEqual([...records(0, 10), ...records(10 + dropped, 200)])
  expect(logged[0]).toBe(
    `warn the queue in ${directory} has reached maxBytes (4096): dropped the 5 oldest records that nobody had; 5 so far`,
  )
  settle()
  await end()
})

test('dropOldest: what gave way stays away in the next run, also after a kill', async () => {
  const first = openRig({ maxBytes: 4096, whenFull: 'dropOldest' })
  first.queue.pause()
  for (let i = 0; i < 60; i++) {
    first.queue.put(record(i))
    if (i % 5 === 4) await first.until(() => first.queue.flushed === first.queue.position())
  }
  const { dropped } = first.queue
  await first.kill()
  const second = openRig({ directory: first.directory, maxBytes: 4096, whenFull: 'dropOldest' })
  await second.until(() => second.queue.isAtEnd)
  expect(second.taken).toEqual(records(dropped, 60))
  expect([dropped > 0, second.logged]).toEqual([true, []])
})

test('dropOldest: if all is under way it is full, and has room again when more comes out or is over', async () => {
  const { queue, taken, settle, until, told } = openRig({ maxBytes: 4096, whenFull: 'dropOldest' })
  for (const text of records(0, 40)) queue.put(text)
  await until(() => taken.length === 40)
  queue.put(record(40))
  expect([queue.full(), queue.dropped]).toEqual([true, 0])
  await until(() => taken.length === 41)
  const before = told()
  settle()
  expect([queue.full(), told()]).toEqual([false, before + 1])
})

test.each(['divert', 'dropOldest'] as const)(
  '%s: one large record makes it full only until it is over',
  async (whenFull) => {
    const { queue, taken, settle, until } = openRig({ maxBytes: 4096, whenFull })
    queue.put('x'.repeat(10_000))
    await until(() => taken.length === 1)
    settle()
    expect([queue.bytes, queue.full()]).toEqual([0, false])
    queue.put('y')
  },
)

test('a range can be read once more until it is settled', async () => {
  const { queue, taken, ranges, until } = openRig()
  for (const text of ['1', '2']) queue.put(text)
  await until(() => taken.length === 2)
  queue.put('3')
  await until(() => taken.length === 3)
  expect(ranges.map((range) => queue.textsOf(range))).toEqual([['1', '2'], ['3']])
})

test('with syncing, nothing counts as safe before it is synced, and a kill loses nothing of it', async () => {
  const { queue, directory, taken, until, settle, kill, end } = openRig({ sync: 'batch', segmentBytes: 512 })
  for (const text of records(0, 50)) queue.put(text)
  await until(() => queue.flushed === queue.position() && taken.length === 50)
  settle()
  await until(() => readFileSync(join(directory, 'cursor'), 'latin1').includes(' 0000000000005000 '))
  queue.put('last')
  await until(() => taken.length === 51)
  await kill()
  const next = openRig({ directory, sync: 'batch' })
  await next.until(() => next.taken.length === 1)
  expect(next.taken).toEqual(['last'])
  next.settle()
  await next.end()
  expect(next.files()).toEqual(['cursor'])
  await end()
})

test('what cannot be opened is an error that says what was tried', () => {
  const directory = join(queueDirectory(), 'file')
  writeFileSync(directory, '')
  expect(() => makeQueue({ directory }).queue.open()).toThrow(
    expect.objectContaining({
      code: 'EEXIST',
      message: expect.stringMatching(`^cannot open the queue in ${directory}: `),
    }),
  )
})

const withLocks = native === null ? () => undefined : test // Without the binding there is no lock.
withLocks('only one run may have it', async () => {
  const first = openRig()
  const second = makeQueue({ directory: first.directory })
  expect(() => second.queue.open()).toThrow(expect.objectContaining({ code: 'ERR_IN_USE' }))
  await first.end()
  second.queue.open()
})

test('the cursor that cannot be stored is told once, and again when it can', async () => {
  const { queue, taken, clock, ranges, until, logged, directory } = openRig()
  queue.put('1')
  await until(() => taken.length === 1)
  const { cursor } = queue as unknown as { cursor: { fd: number } }
  const { fd } = cursor
  cursor.fd = 1 << 30
  queue.settle(ranges[0]!)
  clock.advance(300)
  cursor.fd = fd
  clock.advance(100)
  expect(logged).toEqual([
    expect.stringMatching(
      `^error cannot store ${directory}/cursor: EBADF.*; it is tried again, meanwhile nothing is removed$`,
    ),
    `info ${directory}/cursor can be stored again`,
  ])
})

test('with syncing, what is over and not synced is not noted as over before it is', async () => {
  const rig = openRig({ sync: 'interval', syncMs: 1000 })
  rig.queue.put('one')
  await rig.until(() => rig.taken.length === 1)
  rig.settle()
  const cursor = (): string => readFileSync(join(rig.directory, 'cursor'), 'latin1')
  expect(cursor()).not.toContain('0000000000000015')
  rig.clock.advance(1000)
  await rig.until(() => rig.queue.flushed === 15)
  rig.clock.advance(100)
  await rig.until(() => cursor().includes('0000000000000015'))
})

test('goes on behind what an earlier run has given, and keeps what is under way until it is over', async () => {
  const first = openRig()
  for (const text of ['one', 'two', 'three', 'four']) first.queue.put(text)
  await first.until(() => first.taken.length === 4)
  await first.kill()
  const next = makeQueue({ directory: first.directory })
  next.queue.open(47)
  const range = { start: 15, end: 30 }
  expect(next.queue.textsOf(range)).toEqual(['two'])
  next.queue.begin(range)
  next.queue.resume()
  await next.until(() => next.taken.length === 1)
  expect(next.taken).toEqual(['four'])
  next.settle()
  await next.kill()
  const cursorAt = async (): Promise<string[]> => {
    const later = openRig({ directory: first.directory })
    await later.until(() => later.queue.isAtEnd)
    await later.kill()
    return later.taken
  }
  expect(await cursorAt()).toEqual(['two', 'three', 'four'])
  expect(next.logged).toEqual([])
})

test('where less is there than an earlier run has given, it goes on behind that, and says what is missing', async () => {
  const first = openRig()
  for (const text of ['one', 'two']) first.queue.put(text)
  await first.until(() => first.taken.length === 2)
  await first.kill()
  const next = makeQueue({ directory: first.directory })
  next.queue.open(100)
  next.queue.resume()
  expect([next.queue.position(), next.queue.isAtEnd]).toEqual([100, true])
  expect(next.logged).toEqual([
    `warn ${first.directory} lacks 70 bytes at its end that had come out before they were synced: what came in behind them is lost`,
  ])
  next.queue.put('three')
  await next.until(() => next.taken.length === 1)
  expect(next.ranges).toEqual([{ start: 100, end: 117 }])
  next.settle()
  await next.end()
  const last = openRig({ directory: first.directory })
  expect([last.queue.position(), last.logged, last.files()]).toEqual([117, [], ['cursor']])
})

test('where the beginning of what an earlier run asks for is gone, it says so and goes on with what there is', async () => {
  const first = openRig()
  for (const text of ['one', 'two']) first.queue.put(text)
  await first.until(() => first.taken.length === 2)
  first.settle()
  await first.end()
  const next = makeQueue({ directory: first.directory })
  next.queue.open(15)
  expect(next.logged).toEqual([
    `error ${first.directory} lacks 15 bytes at its beginning that had not come out: they are lost`,
  ])
  expect(next.queue.given).toBe(30)
})

test('format 1 is read for ever', async () => {
  const directory = queueDirectory()
  const fixture = (name: string) => new URL(`../fixtures/queue-1/${name}`, import.meta.url)
  for (const name of ['cursor', segmentName(0), segmentName(53), segmentName(104)])
    copyFileSync(fixture(name), join(directory, name))
  const { queue, taken, until, logged, settle, end, files } = openRig({ directory })
  await until(() => queue.isAtEnd)
  expect(taken).toEqual(['{"n":2,"word":"größe"}', '["last",null,1.5e-7]'])
  expect([statSync(fixture(segmentName(53))).size, logged]).toEqual([79, []])
  settle()
  await end()
  expect(files()).toEqual(['cursor'])
})
