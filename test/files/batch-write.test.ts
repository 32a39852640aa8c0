import { afterEach, expect, test } from '@jest/globals'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BatchWrite } from '../../lib/files/batch-write.js'
import { temporary } from '../support/temporary.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(path = join(temporary(), 'a')) {
  const fd = openSync(path, 'a')
  cleanups.push(() => closeSync(fd))
  const writing = new BatchWrite()
  const told: (number | string | undefined)[] = []
  const write = (text: string, from: number, isAtOnce = false) =>
    writing.write(fd, Buffer.from(text), from, isAtOnce, (error, count) => {
      told.push(error === null ? count : (error as NodeJS.ErrnoException).code)
    })
  const isTold = async () => {
    while (told.length === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return { writing, told, write, isTold, text: () => readFileSync(path, 'utf8') }
}

const LARGE = 'x'.repeat(16_385)

test('a little is written at once, from where it goes on', () => {
  const { writing, told, write, text } = start()
  write('one two', 4)
  expect([told, text(), writing.isUnderWay]).toEqual([[3], 'two', false])
})

test('more is written on the thread pool, unless it has to be at once', async () => {
  const { writing, told, write, isTold, text } = start()
  write(LARGE, 0, true)
  expect([told, writing.isUnderWay]).toEqual([[16_385], false])
  told.length = 0
  write(LARGE, 0)
  expect([told, writing.isUnderWay]).toEqual([[], true])
  await isTold()
  expect([told, writing.isUnderWay, text().length]).toEqual([[16_385], false, 32_770])
})

test('what cannot be written is told, and nothing is under way then', async () => {
  for (const isAtOnce of [true, false]) {
    const { writing, told, write, isTold } = start('/dev/full')
    write(LARGE, 0, isAtOnce)
    await isTold()
    expect([told, writing.isUnderWay]).toEqual([['ENOSPC'], false])
  }
})
