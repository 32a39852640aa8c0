import { afterEach, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unframe } from '../../lib/files/queue-record.js'
import { QueueWriter, type QueueWriteOptions } from '../../lib/files/queue-writer.js'
import { HEADER_LENGTH, type Segment } from '../../lib/files/segment.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(options: Partial<QueueWriteOptions> = {}) {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'writer-'))
  const clock = new ManualClock()
  const esc = new Escapement({ clock })
  const segments: Segment[] = []
  const events: string[] = []
  const logged: string[] = []
  const failures: Error[] = []
  const at = (level: string) => (_fields: object, message: string) => void logged.push(`${level} ${message}`)
  const writer: QueueWriter = new QueueWriter(
    esc,
    { info: at('info'), warn: at('warn'), error: at('error') },
    {
      ...{ segmentBytes: 1 << 20, bufferMax: 1 << 20, sync: 'none', syncMs: 1000, retryMs: 1000, retriesMax: 3 },
      ...options,
      directory,
    },
    {
      began: (segment) => {
        segments.push(segment)
        if ((writer as unknown as { syncing: { isBusy: boolean } }).syncing.isBusy) events.push('began while syncing')
      },
      written: () => events.push(`written ${writer.written}`),
      flushed: () => events.push(`flushed ${writer.flushed}`),
      failed: (error) => failures.push(error),
    },
  )
  cleanups.push(() => {
    writer.release()
    esc.close()
    rmSync(directory, { recursive: true, force: true })
  })
  writer.open(1000, 10)
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }
  /** The texts in each file, in the order of their names. */
  const files = () =>
    readdirSync(directory)
      .sort()
      .map((name) => {
        const bytes = readFileSync(join(directory, name))
        return unframe(bytes, HEADER_LENGTH, bytes.length).texts
      })
  return { writer, directory, clock, esc, segments, events, logged, failures, until, files }
}

test('writes what was taken as soon as the input pauses, into a segment that begins where it goes on', async () => {
  const { writer, esc, events, segments, files } = start()
  writer.append('one')
  writer.append('two')
  expect([writer.position(), writer.written, events]).toEqual([1030, 1000, []])
  await esc.waitIdle()
  expect([events, files()]).toEqual([['flushed 1030', 'written 1030'], [['one', 'two']]])
  expect(segments).toEqual([{ path: segments[0]!.path, start: 1000, record: 10, end: 1030, isDropped: false }])
  expect(writer.segment).toBe(segments[0])
})

test('makes no file so long as nothing comes', async () => {
  const { writer, esc, files } = start()
  await esc.waitIdle()
  await writer.drained()
  expect(files()).toEqual([])
})

test('writes a large input in order, over several segments, and is full above its limit until it is written', async () => {
  const { writer, segments, files, until } = start({ bufferMax: 100_000, segmentBytes: 300_000 })
  const texts = Array.from({ length: 3000 }, (_, i) => `${i} ${'größe '.repeat(60)}`)
  for (const text of texts) writer.append(text)
  expect(writer.full()).toBe(true)
  await until(() => !writer.full())
  await writer.drained()
  expect(files().flat()).toEqual(texts)
  expect(segments.length).toBeGreaterThan(3)
  expect(segments.every(({ start, end }) => end - start <= 300_000)).toBe(true)
  expect(segments.map(({ end }) => end).slice(0, -1)).toEqual(segments.slice(1).map(({ start }) => start))
  expect(segments.map(({ record }) => record)).toEqual(files().map((_, i) => 10 + files().slice(0, i).flat().length))
})

test('counts as flushed only what is synced, where syncing is asked for', async () => {
  const { writer, esc, clock, events, until } = start({ sync: 'interval', syncMs: 500 })
  writer.append('one')
  await esc.waitIdle()
  expect(events).toEqual(['written 1015'])
  clock.advance(500)
  await until(() => writer.flushed === 1015)
  const batch = start({ sync: 'batch' })
  batch.writer.append('one')
  await batch.until(() => batch.writer.flushed === 1015)
})

test('syncs a segment before it begins the next one', async () => {
  const { writer, segments, events, until } = start({ sync: 'batch', segmentBytes: 20 })
  for (let i = 0; i < 20; i++) writer.append(`${i}`)
  await until(() => writer.flushed === writer.position())
  expect([segments.length, events]).toEqual([20, expect.not.arrayContaining(['began while syncing'])])
})

test('syncs at once at the end', async () => {
  const { writer } = start({ sync: 'interval', syncMs: 500 })
  writer.append('a'.repeat(70_000))
  await writer.drained()
  expect(writer.flushed).toBe(71_012)
})

test('lets go of a segment only when all of it is written, and goes on in another one', async () => {
  const { writer, esc, segments } = start()
  expect(writer.retire()).toBe(false)
  writer.append('one')
  await esc.waitIdle()
  writer.append('two')
  expect(writer.retire()).toBe(false)
  await esc.waitIdle()
  expect([writer.retire(), writer.segment, writer.retire()]).toEqual([true, null, false])
  writer.append('three')
  await esc.waitIdle()
  expect(segments.map(({ start, record }) => [start, record])).toEqual([
    [1000, 10],
    [1030, 12],
  ])
})

function smallDisk() {
  const directory = mkdtempSync(join(tmpdir(), 'small-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory])
  cleanups.push(() => {
    execFileSync('umount', [directory])
    rmSync(directory, { recursive: true })
  })
  const queue = join(directory, 'queue')
  mkdirSync(queue)
  return { directory, queue, full: join(directory, 'full') }
}

// Only the superuser may mount something.
const asRoot = process.getuid?.() === 0 ? test : () => undefined
asRoot('keeps everything while the disk is full, says so once, and writes on where it stopped', async () => {
  const { queue, full } = smallDisk()
  writeFileSync(full, Buffer.alloc(40_000))
  const { writer, clock, logged, until, files } = start({ directory: queue })
  cleanups.unshift(() => writer.release())
  const texts = Array.from({ length: 400 }, (_, i) => `${i} ${'x'.repeat(90)}`)
  for (const text of texts) writer.append(text)
  await until(() => writer.full())
  expect([writer.flushed, files().flat().length > 0]).toEqual([1000, true])
  writer.append('later')
  clock.advance(1000)
  expect(writer.full()).toBe(true)
  rmSync(full)
  clock.advance(2000)
  await writer.drained()
  expect(files()).toEqual([[...texts, 'later']])
  expect(logged).toEqual([
    `error cannot write into ${queue}: ENOSPC: no space left on device, write; make room on the disk; everything is kept and tried again`,
    `info ${queue} can be written into again`,
  ])
})

asRoot('tries again to begin a segment, too', async () => {
  const { queue, full } = smallDisk()
  writeFileSync(full, Buffer.alloc(65_536))
  const { writer, clock, esc, files } = start({ directory: queue })
  cleanups.unshift(() => writer.release())
  writer.append('one')
  await esc.waitIdle()
  expect([writer.full(), files()]).toEqual([true, []])
  rmSync(full)
  clock.advance(1000)
  expect([writer.full(), files()]).toEqual([false, [['one']]])
})

test('what a segment holds is synced at its end, and not again where the next one cannot be made yet', async () => {
  const { writer, directory, clock, esc, failures, logged, files } = start({
    sync: 'interval',
    syncMs: 500,
    segmentBytes: 20,
  })
  writer.append('one')
  await esc.waitIdle()
  const inTheWay = join(directory, 'segment-0000000000001015')
  mkdirSync(inTheWay)
  writer.append('two')
  await esc.waitIdle()
  expect([writer.flushed, writer.fd]).toEqual([1015, -1])
  clock.advance(500)
  rmdirSync(inTheWay)
  clock.advance(500)
  await writer.drained()
  expect([files(), writer.flushed, failures]).toEqual([[['one'], ['two']], 1030, []])
  expect(logged).toEqual([
    expect.stringMatching(/^error cannot write into .*EEXIST/),
    expect.stringMatching(/^info .* can be written into again$/),
  ])
})

test('gives up if a segment cannot be synced at its end, and never syncs it again', async () => {
  const { writer, clock, esc, failures } = start({ sync: 'interval', syncMs: 500, segmentBytes: 20 })
  writer.append('one')
  await esc.waitIdle()
  closeSync(writer.fd)
  Object.assign(writer, { fd: openSync('/dev/null', 'a') })
  writer.append('two')
  await esc.waitIdle()
  expect(failures).toMatchObject([
    { code: 'EINVAL', message: expect.stringMatching(/^gave up writing into .* 30 bytes/) },
  ])
  clock.advance(500)
  await writer.drained()
  writer.release()
  expect([writer.flushed, writer.fd]).toEqual([1000, -1]) // It would be open while it is synced.
})

test('gives up after so many tries, with the code of the last failure, and comes to its end', async () => {
  const { writer, directory, clock, esc, failures } = start({ retriesMax: 2 })
  rmSync(directory, { recursive: true })
  writer.append('one')
  await esc.waitIdle()
  clock.advance(10_000)
  expect(failures).toMatchObject([
    {
      code: 'ENOENT',
      message: `gave up writing into ${directory} with 15 bytes left: ENOENT: no such file or directory, open '${directory}/segment-0000000000001000'; nothing of them is acknowledged`,
    },
  ])
  expect(writer.full()).toBe(true)
  await writer.drained()
  expect(writer.flushed).toBe(1000)
})

test('lets go of the file when it is let go in the middle of a sync that fails', async () => {
  const { writer, esc, failures, until } = start({ sync: 'interval' })
  writer.append('one')
  await esc.waitIdle()
  closeSync(writer.fd)
  Object.assign(writer, { fd: openSync('/dev/null', 'a') })
  void writer.drained()
  writer.release()
  expect(writer.fd).not.toBe(-1)
  await until(() => writer.fd < 0)
  expect(failures).toEqual([])
})

test('lets go of the file when it is let go in the middle of a write', async () => {
  const { writer, events, until } = start()
  writer.append('one')
  await until(() => writer.written === 1015)
  writer.append('a'.repeat(100_000))
  const { fd } = writer
  writer.release()
  expect(writer.fd).toBe(fd)
  await until(() => writer.fd < 0)
  expect(events).toEqual(['flushed 1015', 'written 1015'])
})
