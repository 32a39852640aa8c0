import { afterEach, expect, jest, test } from '@jest/globals'
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChunkReader } from '../../lib/files/chunk-reader.js'
import type { Piece } from '../../lib/files/cut-chunk.js'
import { Departures, NO_COPIES } from '../../lib/files/departures.js'
import { FollowedName, nothingFollowed } from '../../lib/files/followed-name.js'
import { openTail } from '../../lib/files/open-tail.js'
import type { TailedFile } from '../../lib/files/tailed-file.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { recorder } from '../support/marks.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

function start(text = 'one\nhalf') {
  const root = mkdtempSync(join(tmpdir(), 'depart-'))
  const path = join(root, 'a')
  writeFileSync(path, text)
  const { log, logged } = recorder()
  const clock = new ManualClock()
  const loop = new Escapement({ clock })
  const followed = nothingFollowed(10)
  const { open } = followed
  const texts: string[] = []
  const piece = (file: TailedFile, { bytes, from, to, start, end }: Piece) => {
    texts.push(bytes.toString('utf8', from, to))
    file.settle(file.begin(start, end))
  }
  const target = {
    isPaused: false,
    piece,
    atEnd: () => undefined,
    replaced: () => undefined,
    unreadable: () => undefined,
  }
  const reader = new ChunkReader(loop, open, target, { chunkBytes: 1024, lineMax: 1000 })
  const options = { rotateWaitMs: 1000, lineMax: 1000, retryMs: 100, retryMaxMs: 400 }
  const base = { followed, reader, loop, log, options, isPaused: false, piece }
  const departures = new Departures(base)
  const name = new FollowedName(path, true)
  followed.names.set(path, name)
  const { file, fd } = openTail(path, false)
  open.adopt(file, fd)
  followed.known.set(file.id, file)
  name.files.push(file)
  cleanups.push(async () => {
    await reader.close()
    open.closeAll()
    loop.close()
    rmSync(root, { recursive: true, force: true })
  })
  const read = async () => {
    reader.ready(file)
    while (!reader.isIdle) await new Promise((resolve) => setImmediate(resolve))
  }
  const pause = (isPaused: boolean) => {
    base.isPaused = isPaused
    if (isPaused) reader.pause()
    else reader.resume()
  }
  return { logged, path, clock, followed, departures, name, file, texts, read, pause, loop }
}

test('lets a leaving file go when it was quiet for long enough, its last line without an end included', async () => {
  const { departures, file, texts, read, clock, followed, name } = start()
  await read()
  departures.leave(file)
  await read()
  departures.drained(file)
  clock.advance(999)
  expect([texts, file.fd >= 0]).toEqual([['one'], true])
  clock.advance(1)
  expect([texts, file.fd, followed.known.size, name.files.length]).toEqual([['one', 'half'], -1, 0, 0])
})

test('knows what a leaving file holds before it is read: nobody may have told of it', () => {
  const { departures, file, path } = start('on')
  expect(file.mark()).toMatchObject({ offset: 0, length: 2 })
  writeFileSync(path, 'one\n')
  departures.leave(file)
  expect(file.mark()).toMatchObject({ offset: 0, size: 4, length: 4, rotated: true })
})

test('waits on while something is written', async () => {
  const { departures, file, texts, read, clock, path } = start()
  departures.leave(file)
  await read()
  departures.drained(file)
  appendFileSync(path, ' more\n')
  clock.advance(1000)
  await read()
  clock.advance(500)
  expect(texts).toEqual(['one', 'half more'])
  clock.advance(2000)
  expect(file.fd).toBe(-1)
})

test('looks once a wait at a file that is due while reading is paused, and lets it go afterwards', async () => {
  const { departures, file, read, clock, pause, loop } = start('one\n')
  departures.leave(file)
  await read()
  departures.drained(file)
  const after = jest.spyOn(loop, 'after')
  pause(true)
  for (let ms = 0; ms < 10_000; ms += 10) clock.advance(10)
  expect([after.mock.calls.length, file.fd >= 0]).toEqual([10, true])
  pause(false)
  await read()
  clock.advance(2000)
  expect(file.fd).toBe(-1)
})

test('keeps a file open until everything under way from it is over', async () => {
  const { departures, file, read, clock, followed } = start('one\n')
  const range = file.begin(0, 4)
  departures.leave(file)
  await read()
  departures.drained(file)
  clock.advance(5000)
  expect([file.fd >= 0, followed.old.has(file)]).toEqual([true, true])
  file.settle(range)
  departures.settled(file)
  expect(file.fd).toBeGreaterThanOrEqual(0) // As long as an earlier run's ranges are read again.
  departures.begin()
  expect([file.fd, followed.old.has(file)]).toEqual([-1, false])
})

test('remembers how far a file was read that is let go', async () => {
  const { departures, file, read, clock, followed, path } = start('one\n')
  renameSync(path, `${path}.1`)
  departures.leave(file)
  await read()
  departures.drained(file)
  clock.advance(1000)
  expect([...followed.past.all()]).toMatchObject([{ path, id: file.id, offset: 4, over: true, length: 4 }])
})

test('gives a truncated file a new beginning, and counts what was lost', async () => {
  const { departures, file, read, followed, name } = start()
  await read()
  writeFileSync(file.path, 'new')
  departures.truncated(file, NO_COPIES)
  const fresh = name.files[0]
  expect(fresh).toMatchObject({ offset: 0, seen: 3, fingerprint: { length: 3 }, id: file.id, isGone: false })
  expect(followed.known.get(file.id)).toBe(fresh)
  expect([file.isGone, file.fd, name.lost, name.rotations]).toEqual([true, -1, 4, 1])
})

test('takes a file back that has its name again', async () => {
  const { departures, file, read, clock, name } = start('one\n')
  departures.leave(file)
  await read()
  departures.drained(file)
  departures.comeBack(name, file)
  clock.advance(5000)
  expect([file.isLeaving, file.fd >= 0, name.current === file]).toEqual([false, true, true])
})

test('remembers what was truncated, unless it is still read from a copy', async () => {
  const { departures, file, read, followed, name, path } = start()
  await read()
  writeFileSync(`${path}.1`, 'one\nhalf more\n')
  const { file: copy, fd } = openTail(`${path}.1`, false)
  followed.open.adopt(copy, fd)
  writeFileSync(path, '')
  departures.truncated(file, { rest: copy, later: [], isFound: true })
  expect([name.files[0] === copy, name.files.length, name.lost, [...followed.past.all()]]).toEqual([true, 2, 0, []])
  const fresh = name.files[1] as TailedFile
  fresh.fingerprint = file.fingerprint
  fresh.goOnAt(file.put)
  departures.truncated(fresh, NO_COPIES)
  expect([...followed.past.all()]).toMatchObject([{ id: file.id, over: true }])
})

test('reads a file that leaves only when those before it are read', () => {
  const { departures, file, name, followed, path } = start()
  const { file: old, fd } = openTail(path, false)
  followed.open.adopt(old, fd)
  name.files.unshift(old)
  departures.leave(file)
  expect([file.isLeaving, file.isQueued]).toEqual([true, false])
  departures.leave(old)
  expect(old.isQueued).toBe(true)
})

test('what cannot be unpacked now is tried again, later each time, until nobody can be writing it any more', () => {
  const { departures, file, loop, clock, name, logged } = start()
  const tries: number[] = []
  jest.spyOn(departures['to'].reader, 'ready').mockImplementation(() => {
    tries.push(loop.now())
    departures.cannotUnpack(file, new Error('unexpected end of file'))
  })
  file.isPacked = true
  file.packedSize = 1 // Less than it has: it is being written.
  clock.advance(500)
  departures.cannotUnpack(file, new Error('unexpected end of file'))
  file.packedSize = 8
  clock.advance(5000)
  expect(tries).toEqual([600, 700, 900, 1300, 1700])
  expect([name.files, name.lossesUnknown, file.isGone]).toEqual([[], 1, true])
  expect(logged.map((line) => line.replace(/\/.*\/a,/, '/a,'))).toEqual([
    "warn: an older file of /a, which is compressed, can't be read now: unexpected end of file; it is tried again",
    "error: an older file of /a, which is compressed, can't be read to its end: unexpected end of file",
  ])
})

test('a fault of the system that may pass is waited for as long as it takes; what has vanished is lost at once', () => {
  const { departures, file, clock, name } = start()
  const ready = jest.spyOn(departures['to'].reader, 'ready').mockImplementation(() => undefined)
  const fail = (code: string) => departures.cannotUnpack(file, Object.assign(new Error(code), { code }))
  file.isPacked = true
  file.packedSize = 8
  clock.advance(60_000)
  fail('EIO')
  clock.advance(400)
  expect([ready.mock.calls.length, name.lossesUnknown]).toEqual([1, 0])
  fail('ESTALE')
  expect([name.lossesUnknown, file.isGone]).toEqual([1, true])
})
