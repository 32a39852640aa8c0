import { afterEach, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { BatchWrite } from '../../lib/files/batch-write.js'
import { temporary } from '../support/temporary.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(path = join(temporary(), 'a')) {
  const fd = openSync(path, 'a')
  cleanups.push(() => closeSync(fd))
  const clock = { ms: 0, takesMs: 0, now: () => (clock.ms += clock.takesMs) }
  const writing = new BatchWrite(clock)
  const told: (number | string | undefined)[] = []
  const write = (text: string, from: number, isAtOnce = false) =>
    writing.write(fd, Buffer.from(text), from, isAtOnce, (error, count) => {
      told.push(error === null ? count : (error as NodeJS.ErrnoException).code)
    })
  const isTold = async () => {
    while (told.length === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return { writing, clock, told, write, isTold, text: () => readFileSync(path, 'utf8') }
}

/** The same into a pipe, of which `reader` is the other end. */
function startPipe() {
  const path = join(temporary(), 'pipe')
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  cleanups.push(() => closeSync(reader))
  const started = start(path)
  started.writing.isPipe = true
  return { reader, ...started }
}

const LARGE = 'x'.repeat(16_385)

test('a little is written at once, from where it goes on', () => {
  const { writing, told, write, text } = start()
  write('one two', 4)
  expect([told, text(), writing.isUnderWay]).toEqual([[3], 'two', false])
})

test('more is written at once too, and told in the next turn, unless that has to be at once', async () => {
  const { writing, told, write, isTold, text } = start()
  write(LARGE, 0, true)
  expect([told, writing.isUnderWay]).toEqual([[16_385], false])
  told.length = 0
  write(LARGE, 0)
  expect([told, writing.isUnderWay, text().length]).toEqual([[], true, 32_770])
  await isTold()
  expect([told, writing.isUnderWay]).toEqual([[16_385], false])
})

test('once that took long, many writes are left to the thread pool, then it is tried again', async () => {
  const { clock, told, write, isTold, text } = start()
  const isAtOnce: boolean[] = []
  const writeOne = async () => {
    told.length = 0
    const before = text().length
    write(LARGE, 0)
    // Without a turn of Node's the thread pool can't have told, but maybe it has written: so the clock says who did.
    isAtOnce.push(clock.ms > 0)
    clock.ms = 0
    await isTold()
    expect([told, text().length - before]).toEqual([[16_385], 16_385])
  }
  clock.takesMs = 2
  await writeOne()
  clock.takesMs = 2.1
  for (let i = 0; i < 67; i++) await writeOne()
  expect(isAtOnce).toEqual([true, true, ...Array<boolean>(64).fill(false), true, false])
})

test('what goes into a pipe is left to the thread pool, as who reads it may let it wait', async () => {
  const { reader, writing, told, write, isTold } = startPipe()
  write('x', 0)
  expect([told, writing.isUnderWay]).toEqual([[], true])
  await isTold()
  expect(told.splice(0)).toEqual([1])
  write('x'.repeat(199_999), 0) // A pipe takes 65,536.
  expect(writing.isUnderWay).toBe(true)
  const into = Buffer.alloc(200_000)
  let got = 0
  while (got < 200_000) {
    try {
      got += readSync(reader, into, got, into.length - got, null)
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('EAGAIN')
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  await isTold()
  expect(told).toEqual([199_999])
})

test('another try to write into a pipe, too, keeps nobody waiting for who reads it', async () => {
  const { writing, told, write, isTold } = startPipe()
  write('x', 0, true)
  expect([told, writing.isUnderWay]).toEqual([[], true])
  await isTold()
  expect(told).toEqual([1])
})

test('what cannot be written is told, and nothing is under way then', async () => {
  for (const isPipe of [true, false])
    for (const isAtOnce of [true, false]) {
      const { writing, told, write, isTold } = start('/dev/full')
      writing.isPipe = isPipe
      write(LARGE, 0, isAtOnce)
      await isTold()
      expect([told, writing.isUnderWay]).toEqual([['ENOSPC'], false])
    }
})
