import { afterEach, expect, test } from '@jest/globals'
import { closeSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SegmentList } from '../../lib/files/segment-list.js'
import { createSegment, readSegment, segmentName, type Segment } from '../../lib/files/segment.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

/** Segments of 100 bytes, with ten records each. */
function start(count: number) {
  const directory = mkdtempSync(join(tmpdir(), 'list-'))
  cleanups.push(() => rmSync(directory, { recursive: true }))
  const logged: string[] = []
  const at = (level: string) => (_fields: object, message: string) => void logged.push(`${level} ${message}`)
  const list = new SegmentList(
    { info: at('info'), warn: at('warn'), error: at('error') },
    { directory, maxBytes: 1000, isSynced: false },
  )
  const segments = Array.from({ length: count }, (_, i): Segment => {
    const { segment, fd } = createSegment({ directory, start: i * 100, record: i * 10, isSynced: false })
    writeSync(fd, Buffer.alloc(100))
    closeSync(fd)
    return { ...segment, end: i * 100 + 100 }
  })
  list.add(...segments)
  return { list, segments, directory, logged, files: () => readdirSync(directory).sort() }
}

test('knows how many bytes there are, those that wait to be written included', () => {
  const { list } = start(3)
  expect(list.bytesTo(310, 300)).toBe(310)
  list.shift()
  expect(list.bytesTo(310, 300)).toBe(210)
  const empty = start(0)
  expect(empty.list.bytesTo(310, 300)).toBe(10)
})

test('the oldest of which nothing has come out gives way, but never the last one', () => {
  const { list, segments, logged, directory } = start(4)
  const hasBegun = ({ start: begin }: Segment) => begin < 50
  expect(list.oldestUnread(hasBegun)).toBe(segments[1])
  expect(list.drop(segments[1]!)).toBe(true)
  expect([list.dropped, list.bytesTo(400, 400)]).toEqual([10, 300])
  expect(readSegment(segments[1]!.path)).toMatchObject({ isDropped: true, end: 200 })
  expect(list.oldestUnread(hasBegun)).toBe(segments[2])
  expect(list.drop(segments[2]!)).toBe(true)
  expect(list.oldestUnread(hasBegun)).toBe(null)
  expect(logged).toEqual([
    `warn the queue in ${directory} has reached maxBytes (1000): dropped the 10 oldest records that nobody had; 10 so far`,
  ])
  list.shift()
  expect(list.bytesTo(400, 400)).toBe(100)
  list.shift()
  list.shift()
  expect(list.bytesTo(400, 400)).toBe(100)
})

test('the log is told of the first, the tenth ..., and at the end of all the others', () => {
  const { list, segments, logged } = start(6)
  list.tellAll()
  expect(logged).toEqual([])
  for (const segment of segments.slice(0, 4)) list.drop(segment)
  list.tellAll()
  list.tellAll()
  expect(logged.map((line) => line.replace(/^.*: /, ''))).toEqual([
    'dropped the 10 oldest records that nobody had; 10 so far',
    'dropped 30 more records that nobody had; 40 so far',
  ])
})

test('counts what gave way in an earlier run as gone', () => {
  const { list, segments } = start(2)
  list.drop(segments[0]!)
  const next = start(0)
  next.list.add(...segments)
  expect(next.list.bytesTo(200, 200)).toBe(100)
})

test('tells of the first, the tenth, the hundredth that gave way', () => {
  const { list, segments, logged } = start(31)
  for (const segment of segments.slice(0, 30)) list.drop(segment)
  expect(logged.map((line) => /(\d+) so far$/.exec(line)?.[1])).toEqual(['10', '100'])
})

test('one that cannot give way stays, and is told once', () => {
  const { list, segments, logged } = start(2)
  rmSync(segments[0]!.path)
  expect([list.drop(segments[0]!), list.drop(segments[0]!)]).toEqual([false, false])
  expect([list.dropped, list.bytesTo(200, 200)]).toEqual([0, 200])
  expect(logged).toEqual([
    expect.stringMatching(/^error .* should give way and cannot: ENOENT.*; the queue waits until there is room$/),
  ])
})

test('one that is over is removed; where that fails it is told, and no room is counted for it', () => {
  const { list, segments, logged, files, directory } = start(2)
  list.shift()
  expect([files(), logged]).toEqual([[segmentName(100)], []])
  rmSync(segments[1]!.path)
  mkdirSync(join(segments[1]!.path, 'full'), { recursive: true })
  list.shift()
  expect(logged).toEqual([
    expect.stringMatching(/^error .* is over and cannot be removed: .*; a later run removes it$/),
  ])
  expect(list.bytesTo(200, 200)).toBe(0)
  expect(directory).not.toBe('')
})
