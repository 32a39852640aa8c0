import { afterEach, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { appendFileSync, fsyncSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChunkReader } from '../../lib/files/chunk-reader.js'
import { OpenFiles } from '../../lib/files/open-files.js'
import { openTail } from '../../lib/files/open-tail.js'
import { readCached } from '../../lib/files/read-now.js'
import type { TailedFile } from '../../lib/files/tailed-file.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

function start(chunkBytes = 1024, lineMax = 10_000) {
  const root = mkdtempSync(join(tmpdir(), 'read-'))
  const clock = new ManualClock()
  const open = new OpenFiles(100)
  const events: string[] = []
  const reader = new ChunkReader(
    new Escapement({ clock }),
    open,
    {
      piece: (file, { bytes, from, to }) => void events.push(`${name(file)} ${bytes.toString('utf8', from, to)}`),
      atEnd: (file, gotNothing) => void events.push(`${name(file)} ${gotNothing ? 'nothing' : 'end'}`),
      replaced: (file) => void events.push(`${name(file)} replaced`),
      unreadable: (file, error) => void events.push(`${name(file)} ${error.message}`),
    },
    { chunkBytes, lineMax },
  )
  cleanups.push(async () => {
    await reader.close()
    open.closeAll()
    rmSync(root, { recursive: true })
  })
  const add = (file: string, text: string) => {
    writeFileSync(join(root, file), text)
    const opened = openTail(join(root, file), false)
    open.adopt(opened.file, opened.fd)
    return opened.file
  }
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }
  return { root, open, reader, events, add, until, clock }
}

function name(file: TailedFile): string {
  return file.path.slice(file.path.lastIndexOf('/') + 1)
}

test('reads a file to its end and tells so, once', async () => {
  const { reader, events, add, until } = start()
  reader.ready(add('a', 'one\ntwo\nthr'))
  await until(() => events.includes('a end'))
  expect(events).toEqual(['a one\ntwo', 'a end'])
  expect(reader.isIdle).toBe(true)
})

test('reads a quiet file at once', () => {
  const { reader, events, add } = start(65_536)
  const file = add('a', 'one\n')
  reader.readyNow(file)
  expect(events).toEqual(['a one', 'a end'])
  reader.readyNow(file)
  expect(events.slice(2)).toEqual(['a nothing'])
})

test('reads no more than a chunk at once in a millisecond, and the rest in turns', async () => {
  const { reader, events, add, until, clock } = start(1024)
  const files = Array.from({ length: 5 }, (_, i) => add(`f${i}`, 'x\n'))
  for (const file of files) reader.readyNow(file)
  expect(events).toEqual(['f0 x', 'f0 end'])
  await until(() => events.length === 10)
  appendFileSync(files[0]?.path ?? '', 'y\n')
  clock.advance(1)
  reader.readyNow(files[0] as TailedFile)
  expect(events.slice(10)).toEqual(['f0 y', 'f0 end'])
})

test('asks for the time only when a chunk of readings at once is used up', () => {
  const { reader, add, clock } = start(65_536)
  const file = add('a', 'one\n')
  let asked = 0
  clock.now = () => asked++
  for (let i = 0; i < 64; i++) reader.readyNow(file)
  expect(asked).toBe(0)
  reader.readyNow(file)
  expect(asked).toBe(1)
})

test('gives each file a chunk in turn', async () => {
  const { reader, events, add, until } = start(512)
  for (const file of ['a', 'b']) reader.ready(add(file, `${file.repeat(99)}\n`.repeat(20)))
  await until(() => events.filter((event) => event.endsWith('end')).length === 2)
  const order = events.map((event) => event.charAt(0)).join('')
  expect(order).toMatch(/^(ab){3,}/)
})

test('reads on when a file has grown meanwhile', async () => {
  const { reader, events, add, until } = start()
  const file = add('a', 'one\n')
  reader.ready(file)
  appendFileSync(file.path, 'two\n')
  reader.ready(file)
  await until(() => reader.isIdle)
  expect(events.join()).toMatch(/^a one(\ntwo|.*,a two)/)
})

test('tells of a file that gave nothing, even if it may have grown meanwhile', async () => {
  const { reader, events, add, until } = start()
  const file = add('a', 'one\n')
  reader.ready(file)
  await until(() => reader.isIdle)
  writeFileSync(file.path, '')
  reader.ready(file)
  reader.ready(file)
  await until(() => reader.isIdle)
  expect(events).toEqual(['a one', 'a end', 'a nothing'])
})

test('tells of a file that goes on behind other bytes than it was read up to, and gives nothing of it', async () => {
  const { root, reader, events, add, until } = start(65_536)
  const file = add('a', 'one\ntwo\nthr')
  reader.readyNow(file)
  appendFileSync(join(root, 'a'), 'ee\n')
  reader.readyNow(file)
  expect(events.splice(0)).toEqual(['a one\ntwo', 'a end', 'a three', 'a end'])
  for (const text of ['one\ntwo\nseven\n', 'one\n', 'one\ntwo\nfour and more\n']) {
    writeFileSync(join(root, 'a'), text)
    reader.readyNow(file)
  }
  expect(events.splice(0)).toEqual(['a replaced', 'a nothing', 'a replaced'])
  reader.ready(file)
  await until(() => events.length > 0)
  expect([events, file.isQueued, reader.isIdle]).toEqual([['a replaced'], false, true])
})

test('keeps a chunk that comes while it is paused, and reads no other', async () => {
  const { reader, events, add, until, root } = start(512)
  reader.ready(add('a', `${'x'.repeat(99)}\n`.repeat(50)))
  reader.pause()
  for (let i = 0; i < 5; i++) await readFile(join(root, 'a')) // By now the reading before them is over.
  expect(events).toEqual([])
  reader.resume()
  await until(() => events.includes('a end'))
  expect(events.join('').match(/x{99}/g)).toHaveLength(50)
})

test('tells of a file that cannot be read, and goes on with the next', async () => {
  const { reader, events, add, until, open, root } = start()
  const bad = add('a', 'one\n')
  open.close(bad)
  rmSync(join(root, 'a'))
  reader.ready(bad)
  reader.ready(add('b', 'two\n'))
  await until(() => events.includes('b end'))
  expect(events[0]).toMatch(/^a cannot open .* again/)
})

test('lets a reading that is under way come to nothing when it is closed', async () => {
  const { reader, events, add } = start()
  reader.ready(add('a', 'one\n'))
  await reader.close()
  reader.ready(add('b', 'two\n'))
  expect(events).toEqual([])
})

test('gives nothing more of a file that got other content, and goes on with others', async () => {
  const { reader, events, add, until } = start()
  const file = add('a', 'x\n'.repeat(5000))
  reader.ready(file)
  reader.ready(add('b', 'one\n'))
  await until(() => events.length > 0)
  file.isGone = true
  const count = events.filter((event) => event.startsWith('a')).length
  await until(() => events.includes('b end') && reader.isIdle)
  expect(events.filter((event) => event.startsWith('a'))).toHaveLength(count)
})

// Without the binding its turn is at once.
if (readCached !== null) {
  test.each(['the file is gone', 'the reader is closed'])(
    'nothing is opened again if %s before its turn',
    async (why) => {
      const { reader, events, add, open, until } = start()
      const file = add('a', 'one\n')
      reader.ready(file)
      open.close(file)
      if (why === 'the file is gone') {
        rmSync(file.path)
        file.isGone = true
        await until(() => reader.isIdle)
      } else await reader.close()
      expect([events, file.fd]).toEqual([[], -1])
    },
  )
}

test('what is not in memory is read by the thread pool', async () => {
  const { reader, events, add, until } = start(65_536, 1e6)
  const lines = Array.from({ length: 40 }, (_, i) => `${i}${'x'.repeat(30_000)}`)
  const file = add('a', lines.map((line) => `${line}\n`).join(''))
  fsyncSync(file.fd)
  execFileSync('dd', [`of=${file.path}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'], { stdio: 'ignore' })
  reader.ready(file)
  await until(() => events.includes('a end'))
  expect(events.map((event) => event.replace(/^a /, '')).join('\n')).toBe([...lines, 'end'].join('\n'))
})

test('however many files cannot be opened, each is told', async () => {
  const { reader, events, add, open, until } = start()
  const file = add('a', 'one\n')
  open.close(file)
  rmSync(file.path)
  for (let i = 0; i < 20_000; i++)
    reader.ready(Object.assign(Object.create(Object.getPrototypeOf(file) as object) as TailedFile, file))
  await until(() => reader.isIdle)
  expect([events.length, new Set(events).size]).toEqual([20_000, 1])
})
