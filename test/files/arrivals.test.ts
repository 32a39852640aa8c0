import { afterEach, expect, test } from '@jest/globals'
import { appendFileSync, copyFileSync, fstatSync, renameSync, rmSync } from 'node:fs'
import { Arrivals } from '../../lib/files/arrivals.js'
import { Departures } from '../../lib/files/departures.js'
import { FollowedName, type Followed } from '../../lib/files/followed-name.js'
import { Listings } from '../../lib/files/listing.js'
import { OpenFiles } from '../../lib/files/open-files.js'
import { PastFiles } from '../../lib/files/past-files.js'
import type { TailedFile } from '../../lib/files/tailed-file.js'
import { UnreadableNames } from '../../lib/files/unreadable-names.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { folder, markOf, recorder } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(text = 'one\ntwo\n') {
  const here = folder(cleanups)
  const path = here.write('a.log', text)
  const loop = new Escapement()
  const open = new OpenFiles(10)
  const followed: Followed = {
    ...{ names: new Map(), known: new Map(), aliases: new Map() },
    ...{ old: new Set(), past: new PastFiles(), open },
  }
  const { log, logged } = recorder()
  const ready: TailedFile[] = []
  const events: string[] = []
  const reader = { ready: (file: TailedFile) => void ready.push(file), forget: () => undefined }
  const options = { rotateWaitMs: 1000, lineMax: 1000, retryMs: 1000, retryMaxMs: 1000 }
  const base = { followed, reader, loop, log, options, isPaused: false, piece: () => undefined }
  const arrivals = new Arrivals({
    ...base,
    departures: new Departures(base),
    unreadables: new UnreadableNames(base, () => undefined),
    heard: (id) => void events.push(id),
    startPolling: () => void events.push('polling'),
  })
  cleanups.unshift(() => {
    open.closeAll()
    loop.close()
  })
  const name = new FollowedName(path, true)
  followed.names.set(path, name)
  const entry = (file: string) => {
    const found = new Listings().around(path).at(here.path(file))
    if (found === null) throw new Error(`${file} should be there`)
    return found
  }
  return { ...here, name, arrivals, followed, ready, logged, entry, loop, events, base }
}

test('begins a file at its beginning or its end, and has it read if there is something to read', () => {
  const { arrivals, name, ready, followed } = start()
  arrivals.begin(name, false)
  expect(ready).toMatchObject([{ offset: 0, seen: 8 }])
  expect(followed.known.get(ready[0]?.id ?? '')).toBe(ready[0])
  const other = start()
  other.arrivals.begin(other.name, true)
  expect([other.ready, other.name.current?.offset]).toEqual([[], 8])
})

test('begins a second file behind the first', () => {
  const { arrivals, name, ready, rename, write, logged } = { ...start(), rename: renameSync }
  arrivals.begin(name, true)
  rename(name.path, `${name.path}.1`)
  write('a.log', 'three\n')
  arrivals.begin(name, false)
  expect([name.files.map(({ isLeaving }) => isLeaving), name.rotations, ready[0]]).toEqual([
    [true, false],
    1,
    name.files[0],
  ])
  expect(logged).toEqual([expect.stringMatching(/was rotated: its old file is read to the end first/)])
})

test('goes on in a file that it finds again, if it still begins as it did', () => {
  const { arrivals, name, followed } = start()
  followed.past.add(markOf(name.path, 4, true))
  arrivals.begin(name, true)
  expect(name.current).toMatchObject({ offset: 4, put: 4 })
  const other = start()
  const before = { ...markOf(other.name.path, 4, true), hash: 'x'.repeat(16) }
  other.followed.past.add(before)
  other.arrivals.begin(other.name, false)
  expect([other.name.current?.offset, [...other.followed.past.all()]]).toEqual([0, [before]])
})

test('remembers what was read of a file whose number is given to another one', () => {
  const { arrivals, name, followed } = start()
  const before = { ...markOf(name.path, 4, true), birth: '1' }
  followed.past.add(before)
  arrivals.begin(name, false)
  expect([name.current?.offset, [...followed.past.all()]]).toEqual([0, [before]])
})

test('takes in what an earlier run has left, and knows whether it has its name still', () => {
  const { arrivals, name, entry, write, path } = start()
  const mark = { ...markOf(name.path, 4), since: '7' }
  expect(arrivals.takeIn(name, entry('a.log'), mark)).toMatchObject({ put: 4, since: 7n, isLeaving: false })
  write('a.log.1', 'one\n')
  expect(arrivals.takeIn(name, entry('a.log.1'), null)).toMatchObject({ put: 0, isLeaving: true, path: name.path })
  const gone = entry('a.log.1')
  renameSync(path('a.log.1'), path('b'))
  rmSync(path('b'))
  expect(arrivals.takeIn(name, gone, null)).toBeNull()
})

test('takes in the copy of a file if there is more in it than was read', () => {
  const { arrivals, name, path, write } = start()
  arrivals.begin(name, true)
  const file = name.current as TailedFile
  write('a.log.0', 'one\ntwo\n') // A copy of it, but with nothing new.
  rmSync(path('a.log'))
  write('a.log', '')
  expect(arrivals.takeCopies(name, file)).toEqual({ rest: null, later: [], isFound: true })
  copyFileSync(path('a.log.0'), path('a.log.1'))
  rmSync(path('a.log.0'))
  appendFileSync(path('a.log.1'), 'three\n')
  write('a.log.0', 'four\n', 4e9) // What it had after that was copied and truncated, too.
  expect(arrivals.takeCopies(name, file)).toMatchObject({
    rest: { put: 8, seen: 14, isLeaving: true },
    later: [{ put: 0, seen: 5, isLeaving: true }],
  })
})

test('is told what happens to a file, or has it polled', async () => {
  const { arrivals, name, events, loop, base } = start()
  arrivals.begin(name, true)
  if (loop.inotify) {
    appendFileSync(name.path, 'three\n')
    while (events.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect([name.isPolled, events[0]]).toEqual([false, name.current?.id])
  }
  const blind = new Proxy(loop, { get: (of, key) => (key === 'inotify' ? false : Reflect.get(of, key)) })
  const polled = new Arrivals({
    ...{ ...base, loop: blind, departures: new Departures(base) },
    ...{ unreadables: new UnreadableNames(base, () => undefined), heard: () => undefined },
    startPolling: () => void events.push('polling'),
  })
  const file = name.current as TailedFile
  polled.bind(name, file, file.fd)
  expect([name.isPolled, events.at(-1), fstatSync(file.fd).isFile()]).toEqual([true, 'polling', true])
})
