import { afterAll, beforeEach, expect, test } from '@jest/globals'
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  HEADER_LENGTH,
  createSegment,
  dropSegment,
  isSegmentName,
  offsetIn,
  readSegment,
  segmentName,
} from '../../lib/files/segment.js'

const root = mkdtempSync(join(tmpdir(), 'segment-'))
afterAll(() => rmSync(root, { recursive: true }))
let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(root, 'd'))
})

function make(start = 4096, bytes = 100, isSynced = false) {
  const { segment, fd } = createSegment({ directory, start, record: 17, isSynced })
  writeSync(fd, Buffer.alloc(bytes, 7))
  closeSync(fd)
  return { ...segment, end: start + bytes }
}

test('a segment says what it is when it is read', () => {
  const segment = make()
  expect(segment.path).toBe(join(directory, 'segment-0000000000004096'))
  expect(readSegment(segment.path)).toEqual({ ...segment, start: 4096, record: 17, end: 4196, isDropped: false })
  expect([offsetIn(segment, 4096), offsetIn(segment, 4100)]).toEqual([HEADER_LENGTH, HEADER_LENGTH + 4])
  expect(readSegment(make(8192, 0, true).path)).toMatchObject({ start: 8192, end: 8192, isDropped: false })
})

test('names sort as positions do', () => {
  const starts = [0, 9, 10, 99_999, 2 ** 53 - 1]
  expect(starts.map(segmentName).sort()).toEqual(starts.map(segmentName))
  expect(['segment-0000000000000001', 'segment-1', 'cursor', 'segment-0000000000000001~'].map(isSegmentName)).toEqual([
    true,
    false,
    false,
    false,
  ])
})

test.each([false, true])(
  'one whose records were dropped says where they were, and takes no room (synced: %s)',
  (sync) => {
    const segment = make()
    dropSegment(segment, sync)
    expect(segment.isDropped).toBe(true)
    expect(readFileSync(segment.path).length).toBe(HEADER_LENGTH)
    expect(readSegment(segment.path)).toEqual(segment)
  },
)

test('one that was killed between being dropped and being cut is dropped', () => {
  const segment = make()
  const records = readFileSync(segment.path).subarray(HEADER_LENGTH)
  dropSegment(segment, false)
  appendFileSync(segment.path, records)
  expect(readSegment(segment.path)).toEqual(segment)
})

test('one of which only a part of the header was written is none, whichever part', () => {
  const { path } = make(0, 0)
  const header = readFileSync(path)
  expect(header.length).toBe(HEADER_LENGTH)
  for (let length = 0; length < HEADER_LENGTH; length++) {
    writeFileSync(path, header.subarray(0, length))
    expect(readSegment(path)).toBe(null)
  }
})

test('a flipped bit in the header is an error that names the file, whichever it is', () => {
  const { path } = make(0, 50)
  const bytes = readFileSync(path)
  for (let bit = 0; bit < HEADER_LENGTH * 8; bit++) {
    const damaged = Buffer.from(bytes)
    damaged[bit >> 3]! ^= 1 << (bit & 7)
    writeFileSync(path, damaged)
    expect(() => readSegment(path)).toThrow(`${path} `)
  }
})

test('one of a newer version, and one under another name, are refused with what to do', () => {
  const { path } = make(0, 50)
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.toString('latin1').replace('segment 1', 'segment 2'), 'latin1')
  expect(() => readSegment(path)).toThrow(
    `${path} has format 2, and this version knows 1: run the newer version, or move the directory away to begin anew`,
  )
  const other = join(directory, segmentName(5))
  writeFileSync(path, bytes)
  renameSync(path, other)
  expect(() => readSegment(other)).toThrow(
    `${other} has another name than it had: its header says segment-0000000000000000; rename it`,
  )
})

test('one that is there is never written over, and one that cannot be made leaves no file', () => {
  const { path } = make(0, 50)
  expect(() => createSegment({ directory, start: 0, record: 0, isSynced: false })).toThrow('EEXIST')
  expect(readFileSync(path).length).toBe(HEADER_LENGTH + 50)
})
