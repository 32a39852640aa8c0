import { afterEach, expect, test } from '@jest/globals'
import { appendFileSync, closeSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QueueReader, type QueueChunk } from '../../lib/files/queue-reader.js'
import { frame, roomFor } from '../../lib/files/queue-record.js'
import { HEADER_LENGTH, createSegment, type Segment } from '../../lib/files/segment.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

function start() {
  const directory = mkdtempSync(join(tmpdir(), 'reader-'))
  const esc = new Escapement({ clock: new ManualClock() })
  const segments: Segment[] = []
  const chunks: QueueChunk[] = []
  const failures: Error[] = []
  const hooks = { chunk: (): void => undefined }
  const reader = new QueueReader(esc, segments, {
    chunk: (chunk) => {
      chunks.push(chunk)
      hooks.chunk()
    },
    failed: (error) => failures.push(error),
  })
  /** Begin a segment behind the last one. */
  const segment = (...texts: readonly string[]): Segment => {
    const begin = segments.at(-1)?.end ?? 0
    const made = createSegment({ directory, start: begin, record: 0, isSynced: false })
    closeSync(made.fd)
    segments.push(made.segment)
    append(...texts)
    return made.segment
  }
  /** Append to the last segment. */
  const append = (...texts: readonly string[]): void => {
    const last = segments.at(-1)!
    for (const text of texts) {
      const bytes = Buffer.alloc(roomFor(text))
      const size = frame(bytes, 0, text)
      appendFileSync(last.path, bytes.subarray(0, size))
      last.end += size
    }
  }
  cleanups.push(async () => {
    await reader.close()
    esc.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    reader,
    esc,
    segments,
    segment,
    append,
    chunks,
    failures,
    hooks,
    until,
    texts: () => chunks.flatMap((one) => one.texts),
  }
}

test('gives nothing until it is resumed, then what is written, over all segments, and its place', async () => {
  const { reader, esc, segment, append, chunks } = start()
  segment('one', 'two')
  segment('red')
  reader.wake()
  await esc.waitIdle()
  expect(chunks).toEqual([])
  reader.resume()
  await esc.waitIdle()
  append('new')
  await esc.waitIdle()
  expect(chunks.length).toBe(2) // It looks for nothing by itself.
  reader.wake()
  await esc.waitIdle()
  expect(chunks).toEqual([
    { texts: ['one', 'two'], start: 0, end: 30 },
    { texts: ['red'], start: 30, end: 45 },
    { texts: ['new'], start: 45, end: 60 },
  ])
})

test('reads nothing if it is paused before its turn comes', async () => {
  const { reader, esc, segment, chunks } = start()
  segment('one')
  reader.resume()
  reader.pause()
  await esc.waitIdle()
  expect(chunks).toEqual([])
})

test('begins at its place, and passes over what was dropped', async () => {
  const { reader, esc, segment, chunks } = start()
  segment('one', 'two')
  segment('new').isDropped = true
  segment('old').isDropped = true
  segment('red')
  reader.position = 15
  reader.resume()
  await esc.waitIdle()
  expect(chunks).toEqual([
    { texts: ['two'], start: 15, end: 30 },
    { texts: ['red'], start: 60, end: 75 },
  ])
})

test('is at the end also where the last ones were dropped', async () => {
  const { reader, esc, segment } = start()
  segment('one')
  segment('new').isDropped = true
  reader.resume()
  await esc.waitIdle()
  expect(reader.position).toBe(30)
})

test('reads a chunk at a time, so that others have a turn, and pauses between two', async () => {
  const { reader, esc, segment, chunks, hooks, texts } = start()
  const all = Array.from({ length: 3000 }, (_, i) => `${i}`.padEnd(100))
  segment(...all)
  hooks.chunk = () => reader.pause()
  reader.resume()
  await esc.waitIdle()
  expect(chunks.length).toBe(1)
  expect(chunks[0]!.end).toBeLessThanOrEqual(65536)
  hooks.chunk = () => undefined
  let turns = 0
  const count = (): void => {
    turns += 1
    if (texts().length < 3000) esc.enqueue(count)
  }
  esc.enqueue(count)
  reader.resume()
  await esc.waitIdle()
  expect(texts()).toEqual(all)
  expect(turns).toBeGreaterThanOrEqual(chunks.length - 2)
})

test('reads records that are larger than a chunk, and keeps no buffer for them', async () => {
  const { reader, esc, segment, texts } = start()
  const all = ['small', 'L'.repeat(300_000), 'small', 'ö'.repeat(70_000)]
  segment(...all)
  reader.resume()
  await esc.waitIdle()
  expect(texts()).toEqual(all)
  expect((reader as unknown as { buffer: Buffer }).buffer.length).toBe(65536)
})

test('reads what has waited for longer on the thread pool', async () => {
  const { reader, esc, segment, chunks, until, texts } = start()
  const all = Array.from({ length: 40 }, (_, i) => `${i}`.padEnd(50_000))
  const first = segment(...all)
  reader.resume()
  expect(reader.hasBegun(first)).toBe(false)
  esc.enqueue(() => expect([chunks.length, reader.hasBegun(first)]).toEqual([0, true]))
  await until(() => texts().length === all.length)
  expect(texts()).toEqual(all)
})

test('what was read on the thread pool while it was paused is given later, once', async () => {
  const { reader, esc, segment, until, texts } = start()
  const all = Array.from({ length: 40 }, (_, i) => `${i}`.padEnd(50_000))
  segment(...all)
  reader.resume()
  esc.enqueue(() => reader.pause())
  await esc.waitIdle()
  expect(texts()).toEqual([])
  reader.resume()
  await until(() => texts().length === all.length)
  expect(texts()).toEqual(all)
})

test('reads no more once it is closed, also if a read was under way', async () => {
  const { reader, esc, segment, until, texts } = start()
  segment(...Array.from({ length: 40 }, (_, i) => `${i}`.padEnd(50_000)))
  reader.resume()
  let isClosed = false as boolean
  esc.enqueue(() => void reader.close().then(() => (isClosed = true)))
  await until(() => isClosed)
  expect(texts()).toEqual([])
  reader.resume()
  await esc.waitIdle()
  expect(texts()).toEqual([])
})

test('knows of which segments something has come out', async () => {
  const { reader, esc, segment } = start()
  const segments = [segment('one'), segment('two'), segment('red')]
  reader.position = 15
  expect(segments.map((one) => reader.hasBegun(one))).toEqual([true, false, false])
  reader.resume()
  await esc.waitIdle()
  expect(segments.map((one) => reader.hasBegun(one))).toEqual([true, true, true])
})

test('gives what stands before a damage, then an error with its place, and nothing more', async () => {
  const { reader, esc, segment, append, texts, failures } = start()
  const { path } = segment('one', 'two', 'red')
  const bytes = readFileSync(path)
  bytes[HEADER_LENGTH + 28]! ^= 1
  writeFileSync(path, bytes)
  reader.resume()
  await esc.waitIdle()
  append('new')
  reader.wake()
  await esc.waitIdle()
  expect(texts()).toEqual(['one'])
  expect(failures.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      new RegExp(
        `^${path} is damaged at byte ${HEADER_LENGTH + 15}: the text of a record does not fit its checksum; put`,
      ),
    ),
  ])
})

test.each([1, 5, 14])('a segment that ends %i bytes too early is an error with its place', async (missing) => {
  const { reader, esc, segment, texts, failures } = start()
  const { path, end } = segment('one', 'two')
  segment('red')
  truncateSync(path, HEADER_LENGTH + end - missing)
  reader.resume()
  await esc.waitIdle()
  expect(texts()).toEqual(['one'])
  expect(failures[0]?.message).toContain(`${path} is damaged at byte ${HEADER_LENGTH + 15}: it ends within a record`)
})

test('a record that leads beyond its segment, and a large one that is cut, are errors with their place', async () => {
  const beyond = start()
  const first = beyond.segment('one', 'L'.repeat(100))
  first.end -= 50
  beyond.reader.resume()
  await beyond.esc.waitIdle()
  expect(beyond.failures[0]?.message).toContain(`byte ${HEADER_LENGTH + 15}: it ends within a record`)
  const cut = start()
  const { path } = cut.segment('one', 'L'.repeat(100_000))
  truncateSync(path, 90_000)
  cut.reader.resume()
  await cut.esc.waitIdle()
  expect(cut.texts()).toEqual(['one'])
  expect(cut.failures[0]?.message).toContain(`byte ${HEADER_LENGTH + 15}: it ends within a record`)
})

test('a place that is no beginning of a record is an error', async () => {
  const { reader, esc, segment, failures } = start()
  const { path } = segment('one', 'two')
  reader.position = 7
  reader.resume()
  await esc.waitIdle()
  expect(failures[0]?.message).toContain(`${path} is damaged at byte ${HEADER_LENGTH + 7}: the header of a record`)
})

test('a segment that cannot be opened is an error that names it', async () => {
  const { reader, esc, segment, failures } = start()
  const { path } = segment('one')
  rmSync(path)
  reader.resume()
  await esc.waitIdle()
  expect(failures[0]).toMatchObject({
    code: 'ERR_QUEUE',
    message: expect.stringMatching(`^cannot read ${path}: ENOENT`),
  })
})

test('lets go of a segment that is removed, so that its room is free', async () => {
  const { reader, esc, segment } = start()
  const first = segment('one')
  reader.resume()
  await esc.waitIdle()
  const { fd } = reader as unknown as { fd: number }
  reader.forget(segment('two'))
  expect((reader as unknown as { fd: number }).fd).toBe(fd)
  reader.forget(first)
  expect((reader as unknown as { fd: number }).fd).toBe(-1)
})
