import { afterEach, expect, test } from '@jest/globals'
import { renameSync, rmSync, utimesSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { Arrivals } from '../../lib/files/arrivals.js'
import { fingerprintOf } from '../../lib/files/fingerprint.js'
import { FollowedName, nothingFollowed } from '../../lib/files/followed-name.js'
import { openTail } from '../../lib/files/open-tail.js'
import { Listings } from '../../lib/files/listing.js'
import type { TailedFile } from '../../lib/files/tailed-file.js'
import { UnseenFiles } from '../../lib/files/unseen-files.js'
import { folder, recorder } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

/** A name whose file is known; what is written and renamed afterwards nobody saw. */
function start() {
  const { root, path, write } = folder(cleanups)
  const { log, logged } = recorder()
  cleanups.unshift(() => open.closeAll())
  const followed = nothingFollowed(10)
  const { open } = followed
  const ready: string[] = []
  const reader = { ready: ({ path }: { path: string }) => void ready.push(path) }
  const loop = { inotify: false, wall: () => 0, now: () => 0 }
  const target = { followed, reader, loop, log, startPolling: () => undefined }
  const arrivals = new Arrivals(target as unknown as ConstructorParameters<typeof Arrivals>[0])
  /** What was known of the files that were begun anew, and how many copies come before each. */
  const begunAnew: [length: number, copies: number][] = []
  const departures = {
    truncated: ({ fingerprint }: TailedFile, { later }: { later: readonly TailedFile[] }) =>
      void begunAnew.push([fingerprint.length, later.length]),
  }
  const unseen = new UnseenFiles({ ...target, arrivals, departures })
  const name = new FollowedName(path('a'), true)
  const take = (bytes: string, mtime: number) => {
    const { file, fd } = openTail(write('a', bytes, mtime), false)
    open.adopt(file, fd)
    followed.known.set(file.id, file)
    for (const before of name.files) before.isLeaving = true
    name.files.push(file)
    name.exists = true
    return file
  }
  const move = (from: string, to: string) => renameSync(path(from), path(to))
  const seek = () => unseen.seek(name, new Listings())
  return { name, root, take, move, write, unseen, seek, logged, followed, ready, begunAnew }
}

test('finds what had a name between two files that are known, in order, and once', () => {
  const { name, take, move, write, seek, ready } = start()
  const first = take('one\n', 1)
  move('a', 'a.3')
  write('a.2', 'two\n', 2)
  write('a.1', 'three\n', 3)
  const last = take('four\n', 4)
  expect(seek()).toBe(2)
  expect(name.files.map(({ seen, isLeaving }) => [seen, isLeaving])).toEqual([
    [4, true],
    [4, true],
    [6, true],
    [5, false],
  ])
  expect([name.files[0], name.files[3], name.rotations, ready]).toEqual([first, last, 2, []])
  expect(seek()).toBe(0)
})

test('takes no copy of a file that was truncated, and renamed then, for one that came after it', () => {
  const { name, take, move, write, seek } = start()
  take('one\n', 1)
  write('a.4', 'one\n', 1)
  write('a.3', 'two\n', 2)
  write('a', 'three\n', 3)
  move('a', 'a.2')
  write('a.1', 'four\n', 4)
  take('five\n', 5)
  expect(seek()).toBe(1)
  expect(name.files.map(({ seen, isLeaving }) => [seen, isLeaving])).toEqual([
    [4, true],
    [5, true],
    [5, false],
  ])
})

test('finds what was rotated since the directory was listed for another name', () => {
  const { name, root, take, move, write, unseen } = start()
  take('one\n', 1)
  const listings = new Listings()
  listings.around(name.path).beside(name.path)
  move('a', 'a.2')
  write('a.1', 'two\n', 2)
  take('three\n', 3)
  utimesSync(root, 1, 1) // The clock of files ticks slowly.
  expect(unseen.seek(name, listings)).toBe(1)
})

test('has it read at once if nothing stands before it', () => {
  const { name, take, move, write, seek, followed, ready } = start()
  const first = take('one\n', 1)
  move('a', 'a.2')
  write('a.1', 'two\n', 2)
  take('three\n', 3)
  name.files.shift()
  followed.known.delete(first.id)
  followed.past.add(first.mark(true))
  expect([seek(), ready]).toEqual([1, [name.path]])
})

test('looks only if inotify tells of more files than were found', () => {
  const { name, take, move, write, unseen, logged } = start()
  take('one\n', 1)
  move('a', 'a.3')
  write('a.2', 'two\n', 2)
  write('a.1', 'three\n', 3)
  take('four\n', 4)
  name.isUntold = true
  const counts = Array.from({ length: 4 }, () => {
    unseen.told(name)
    return [name.files.length, name.lossesUnknown]
  })
  expect(counts).toEqual([
    [2, 0],
    [4, 0],
    [4, 0],
    [4, 1],
  ])
  expect(logged.map((message) => message.slice(0, 4))).toEqual(['info', 'warn'])
})

test('looks for nothing if the file that has the name is followed under another one, or can not be read', () => {
  const { name, take, unseen, logged } = start()
  const file = take('one\n', 1)
  name.files.pop()
  file.path = '/elsewhere'
  unseen.told(name)
  file.path = name.path
  name.fault = 'EACCES'
  unseen.told(name)
  expect([logged, name.lossesUnknown]).toEqual([[], 0])
})

test('takes a file that is still being read for no other when it was compressed', () => {
  const { name, take, move, write, seek, ready } = start()
  const file = take('one\n', 1)
  move('a', 'a.3')
  take('', 2)
  move('a', 'a.1')
  rmSync(`${name.path}.3`)
  write('a.3.gz', gzipSync('one\n'), 3) // Whatever its times are by then.
  write('a.0', 'one\ntwo\n', 4) // Begins alike, but is longer.
  take('three\n', 5)
  expect(seek()).toBe(1)
  expect(name.files.map(({ seen }) => seen)).toEqual([4, 0, 8, 6])
  expect([name.files[0], ready]).toEqual([file, []])
})

test('says which of them is packed so that it can not be read', () => {
  const { name, take, move, write, seek, logged } = start()
  take('one\n', 1)
  move('a', 'a.2')
  write('a.1.xz', 'two\n', 2)
  take('three\n', 3)
  expect([seek(), name.lossesUnknown]).toEqual([0, 1])
  expect(logged).toEqual([expect.stringMatching(/^error: .*a\.1\.xz, .* is lost unread: only gzip is unpacked/)])
})

test('finds copies that were made of a file that is empty, and reads them before it', () => {
  const { name, take, write, unseen, followed, ready, logged } = start()
  const file = take('', 1)
  unseen.foundEmpty(file)
  expect(logged).toEqual([])
  write('a.2', 'one\n', 2)
  write('a.1', 'two\n', 3)
  write('a', '', 4)
  followed.names.set(name.path, name)
  unseen.foundEmpty(file)
  expect([name.files.map(({ seen }) => seen), ready]).toEqual([[4, 4, 0], [name.path]])
  unseen.foundEmpty(file)
  expect([logged.length, name.lossesUnknown]).toEqual([1, 0])
  write('a', '', 5)
  unseen.foundEmpty(file)
  expect([logged[1], name.lossesUnknown]).toEqual([expect.stringMatching(/^warn: .* is lost unread, if anything/), 1])
})

test('begins a file anew, as one of which nothing is known, if copies of what it had before lie beside it', () => {
  const { name, take, write, unseen, followed, begunAnew } = start()
  followed.names.set(name.path, name)
  const file = take('', 1)
  write('a.1', 'one\n', 2)
  write('a', 'two\n', 3)
  file.fingerprint = fingerprintOf(Buffer.from('two\n'))
  expect([unseen.isBehindCopies(file), begunAnew]).toEqual([true, [[0, 1]]])
  expect([unseen.isBehindCopies(file), begunAnew.length]).toEqual([false, 1]) // The copy is known by now.
})
