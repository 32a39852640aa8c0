import { afterEach, expect, test } from '@jest/globals'
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openQueue } from '../../lib/files/open-queue.js'
import { QueueCursor } from '../../lib/files/queue-cursor.js'
import { frame, roomFor } from '../../lib/files/queue-record.js'
import { HEADER_LENGTH, createSegment, dropSegment, segmentName } from '../../lib/files/segment.js'
import { readRange } from '../../lib/files/read-range.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

/** A queue of segments with these texts, done with up to a position; null: it has no cursor. */
function start(segments: readonly (readonly string[])[], position: number | null) {
  const directory = join(mkdtempSync(join(tmpdir(), 'open-queue-')), 'queue')
  const logged: string[] = []
  const at = (level: string) => (_fields: object, message: string) => void logged.push(`${level} ${message}`)
  const log = { info: at('info'), warn: at('warn'), error: at('error') }
  cleanups.push(() => rmSync(join(directory, '..'), { recursive: true }))
  const path = (begin: number) => join(directory, segmentName(begin))
  const cursor = new QueueCursor(join(directory, 'cursor'), log, false)
  openQueue(directory, cursor, log)
  cursor.begin(position ?? 0)
  cursor.close()
  if (position === null) rmSync(cursor.name)
  let begin = 0
  let record = 0
  const starts: number[] = []
  for (const texts of segments) {
    starts.push(begin)
    closeSync(createSegment({ directory, start: begin, record, isSynced: false }).fd)
    for (const text of texts) {
      const bytes = Buffer.alloc(roomFor(text))
      appendFileSync(path(begin), bytes.subarray(0, frame(bytes, 0, text)))
    }
    begin += statSync(path(begin)).size - HEADER_LENGTH
    record += texts.length
  }
  const open = () => {
    const next = new QueueCursor(cursor.name, log, false)
    const found = openQueue(directory, next, log)
    next.close()
    const texts = found.segments.map(({ start: from, end, isDropped }) =>
      isDropped ? [`${end - from} dropped`] : readRange(found.segments, from, end),
    )
    return { texts, end: found.end, record: found.record, position: next.position }
  }
  return { directory, path, starts, open, logged, cursor: cursor.name, files: () => readdirSync(directory).sort() }
}

// Each of these records takes fifteen bytes.
const SEGMENTS = [['one', 'two'], ['new', 'old'], ['red']]

test('a directory that is not there is made, for its owner alone, with a cursor', () => {
  const { directory, open, files, logged } = start([], null)
  expect(open()).toEqual({ texts: [], end: 0, record: 0, position: 0 })
  expect([files(), statSync(directory).mode & 0o777, logged]).toEqual([['cursor'], 0o700, []])
  expect(open()).toEqual({ texts: [], end: 0, record: 0, position: 0 })
})

test('finds what is there, and where to go on', () => {
  const { open, logged } = start(SEGMENTS, 15)
  expect(open()).toEqual({ texts: SEGMENTS, end: 75, record: 5, position: 15 })
  expect(logged).toEqual([])
})

test('goes on where an empty queue ended', () => {
  const { open } = start([], 4711)
  expect(open()).toEqual({ texts: [], end: 4711, record: 0, position: 4711 })
})

test('removes segments that were over before the kill', () => {
  const { open, files } = start(SEGMENTS, 30)
  expect(open()).toEqual({ texts: SEGMENTS.slice(1), end: 75, record: 5, position: 30 })
  expect(files()).toEqual(['cursor', segmentName(30), segmentName(60)])
  const all = start(SEGMENTS, 75)
  expect(all.open()).toEqual({ texts: [], end: 75, record: 5, position: 75 })
  expect(all.files()).toEqual(['cursor'])
})

test('cuts off a last record that is not whole, wherever it ends, and says so', () => {
  for (let missing = 1; missing < 15; missing++) {
    const { open, path, logged } = start([['one'], ['two', 'red']], 0)
    truncateSync(path(15), HEADER_LENGTH + 30 - missing)
    expect(open()).toEqual({ texts: [['one'], ['two']], end: 30, record: 2, position: 0 })
    expect(logged).toEqual([
      `warn ${path(15)} ended within a record: ${15 - missing} bytes from ${HEADER_LENGTH + 15} on were cut off`,
    ])
    expect(open()).toMatchObject({ texts: [['one'], ['two']] })
    expect(logged.length).toBe(1)
  }
})

test.each([
  ['its first bytes', 0, 12],
  ['all of it, and what is behind', 0, Infinity],
  ['from a sector on', 512 - HEADER_LENGTH - 15, Infinity],
])('cuts off what lacks a sector, as a loss of power leaves it: %s', (_what, from, to) => {
  const { open, path, logged } = start([['one', 'x'.repeat(2000), 'red']], 0)
  const bytes = readFileSync(path(0))
  bytes.fill(0, HEADER_LENGTH + 15 + from, Math.min(bytes.length, HEADER_LENGTH + 15 + to))
  writeFileSync(path(0), bytes)
  expect(open()).toEqual({ texts: [['one']], end: 15, record: 1, position: 0 })
  expect(logged).toEqual([
    `warn ${path(0)} ended within a record: 2027 bytes from ${HEADER_LENGTH + 15} on were cut off`,
  ])
})

test('a last segment without anything in its first line was only begun', () => {
  const { open, path, files } = start([['one'], ['two']], 0)
  writeFileSync(path(15), Buffer.alloc(HEADER_LENGTH + 15))
  expect(open()).toEqual({ texts: [['one']], end: 15, record: 1, position: 0 })
  expect(files()).toEqual(['cursor', segmentName(0)])
})

test('a segment whose only record is cut off makes room for the next one of its name', () => {
  const { open, path, files } = start([['one'], ['two']], 0)
  truncateSync(path(15), HEADER_LENGTH + 14)
  expect(open()).toEqual({ texts: [['one']], end: 15, record: 1, position: 0 })
  expect(files()).toEqual(['cursor', segmentName(0)])
})

test('removes a last segment that was only begun, and says so', () => {
  const { open, path, files, logged } = start([['one'], ['two']], 0)
  truncateSync(path(15), 5)
  expect(open()).toEqual({ texts: [['one']], end: 15, record: 1, position: 0 })
  expect(files()).toEqual(['cursor', segmentName(0)])
  expect(logged).toEqual([`warn ${path(15)} was only begun: it is removed`])
})

test('counts the records of a large last segment', () => {
  const long = 'x'.repeat(100_000)
  const texts = Array.from({ length: 9000 }, (_, i) => (i % 4000 === 17 ? long : `${i}`.padStart(20)))
  expect(start([texts], 0).open()).toMatchObject({ record: 9000 })
})

test('cuts nothing off behind a damage: whoever reads up to there says so', () => {
  const { open, path, logged } = start([['one', 'two', 'red']], 0)
  const bytes = readFileSync(path(0)).subarray(0, -3)
  bytes[HEADER_LENGTH + 16]! ^= 1
  writeFileSync(path(0), bytes)
  expect(open()).toMatchObject({ end: 42 })
  expect([readFileSync(path(0)), logged]).toEqual([bytes, []])
})

test('a segment that is missing in the middle, or at the end of which something is, is an error that says where', () => {
  const { open, path, directory, cursor } = start(SEGMENTS, 15)
  const whole = readFileSync(path(30))
  rmSync(path(30))
  expect(open).toThrow(
    `${directory} lacks what stood between the positions 30 (the end of ${path(0)}) and 60 (the beginning of ${path(60)}): ` +
      `put back what is missing; or remove ${cursor} to go on without it (what is still in the queue is then given once more)`,
  )
  writeFileSync(path(30), whole.subarray(0, -1))
  expect(open).toThrow(`${directory} lacks what stood between the positions 59`)
  writeFileSync(path(30), Buffer.concat([whole, whole]))
  expect(open).toThrow(`${directory} has twice what stands between the positions ${90 + HEADER_LENGTH}`)
  writeFileSync(path(30), whole)
  expect(open()).toMatchObject({ position: 15 })
  expect(open()).toMatchObject({ position: 15 }) // The cursor was let go each time.
})

test('a cursor that points nowhere is an error that says where', () => {
  const before = start(SEGMENTS, 15)
  rmSync(before.path(0))
  expect(before.open).toThrow(
    `${before.cursor} points to position 15, which lies before all that is in the queue (30): put back what is missing; ` +
      'or remove it to go on without (what is still in the queue is then given once more)',
  )
  const behind = start(SEGMENTS, 76)
  expect(behind.open).toThrow(`${behind.cursor} points to position 76, which lies behind all that is in the queue (75)`)
})

test('one that only began in the middle is an error', () => {
  const { open, path, cursor } = start(SEGMENTS, 0)
  truncateSync(path(30), 5)
  expect(open).toThrow(
    `${path(30)} ends within its first line: put back a copy of it, or remove it and ${cursor} (what is still in the queue is then given once more)`,
  )
})

test('without a cursor it goes on with all that is there, says what is missing, and does so once', () => {
  const { open, path, directory, logged } = start(SEGMENTS, null)
  rmSync(path(30))
  expect(open()).toEqual({ texts: [['one', 'two'], ['30 dropped'], ['red']], end: 75, record: 5, position: 0 })
  expect(logged).toEqual([
    `warn ${directory} lacks 30 bytes behind ${path(0)}: they are lost`,
    `warn ${directory} has no cursor: all that is in its segments is given`,
  ])
  expect(open()).toEqual({ texts: [['one', 'two'], ['30 dropped'], ['red']], end: 75, record: 5, position: 0 })
  expect(logged.length).toBe(2)
})

test('what an operator gave up of a damaged segment is passed over', () => {
  for (const length of [15, 0]) {
    const { open, path, cursor } = start(SEGMENTS, 15)
    truncateSync(path(30), HEADER_LENGTH + length)
    rmSync(cursor)
    const rest = length === 0 ? [['30 dropped']] : [['new'], ['15 dropped']]
    expect(open().texts).toEqual([['one', 'two'], ...rest, ['red']])
  }
})

test('segments that gave way are known as such', () => {
  const { open, path } = start(SEGMENTS, 15)
  dropSegment({ path: path(30), start: 30, record: 2, end: 60, isDropped: false }, false)
  expect(open()).toEqual({ texts: [['one', 'two'], ['30 dropped'], ['red']], end: 75, record: 5, position: 15 })
})
