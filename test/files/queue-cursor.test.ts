import { afterEach, expect, test } from '@jest/globals'
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { native } from 'inotify-ts/native'
import { QueueCursor } from '../../lib/files/queue-cursor.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start() {
  const directory = mkdtempSync(join(tmpdir(), 'cursor-'))
  const path = join(directory, 'cursor')
  const warned: string[] = []
  const log = {
    info: () => undefined,
    warn: (_: object, message: string) => void warned.push(message),
    error: () => undefined,
  }
  const make = (isSynced = false) => {
    const cursor = new QueueCursor(path, log, isSynced)
    cleanups.unshift(() => cursor.close())
    return cursor
  }
  /** What the next run finds. */
  const next = () => {
    const cursor = make()
    const position = cursor.load()
    cursor.close()
    return position
  }
  cleanups.push(() => rmSync(directory, { recursive: true }))
  return { path, make, next, warned }
}

test('a position comes back as the last one that was stored, also without an end', () => {
  const { path, make, next } = start()
  const cursor = make()
  expect(cursor.load()).toBe(null)
  cursor.begin(7)
  const seen = [7]
  for (const position of [8, 1000, 2 ** 52]) {
    expect(cursor.store(position, () => seen.push(cursor.position))).toBe(true)
    writeFileSync(`${path}-copy`, readFileSync(path))
  }
  expect(seen).toEqual([7, 8, 1000, 2 ** 52])
  cursor.close()
  expect(next()).toBe(2 ** 52)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('it never grows, so that it can be stored on a full disk', () => {
  const { path, make } = start()
  const cursor = make()
  cursor.load()
  cursor.begin(0)
  const { size } = statSync(path)
  for (let i = 1; i < 10; i++) cursor.storeNow(i * 1e15)
  expect(statSync(path).size).toBe(size)
})

test('with syncing it tells when the position is on the disk, and takes no other one until then', async () => {
  const { make, next } = start()
  const cursor = make(true)
  cursor.load()
  cursor.begin(0)
  await new Promise<void>((resolve, reject) => {
    expect(cursor.store(5, (error) => (error === null ? resolve() : reject(error)))).toBe(true)
    expect(cursor.store(6, () => reject(new Error('told of what was not taken')))).toBe(false)
  })
  expect(cursor.position).toBe(5)
  cursor.storeNow(7)
  cursor.close()
  expect(next()).toBe(7)
})

test('one that is closed while it is synced gives back its lock at once, tells nothing more, and lets go later', async () => {
  const { path, make, next } = start()
  const cursor = make(true)
  cursor.load()
  cursor.begin(0)
  let isTold = false
  cursor.store(5, () => (isTold = true))
  cursor.close()
  expect(next()).toBe(5)
  const isOpen = (): boolean =>
    readdirSync('/proc/self/fd').some((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === path
      } catch {
        return false // That of reading the directory itself.
      }
    })
  while (isOpen()) await new Promise((resolve) => setImmediate(resolve))
  expect(isTold).toBe(false)
})

test('one damaged line leaves the other one, and is told', () => {
  const { path, make, next, warned } = start()
  const cursor = make()
  cursor.load()
  cursor.begin(0)
  cursor.storeNow(5)
  cursor.storeNow(6)
  cursor.close()
  const whole = readFileSync(path)
  const found = new Set<number | null>()
  for (let byte = 0; byte < whole.length; byte++) {
    const damaged = Buffer.from(whole)
    damaged[byte]! ^= 0x10
    writeFileSync(path, damaged)
    found.add(next())
    expect(warned.splice(0)).toEqual([`one of the two lines of ${path} is damaged: the other one is taken`])
  }
  expect(found).toEqual(new Set([5, 6]))
})

test('one that was only begun when the power failed says nothing', () => {
  const { path, next } = start()
  const line = `deadbeat cursor 1 ${'0'.repeat(16)} ${'0'.repeat(16)} 00000000\n`
  for (const left of ['', 'deadbeat', line.slice(0, -1), '\0'.repeat(122), `${line.slice(0, 30)}${'\0'.repeat(70)}`]) {
    writeFileSync(path, left)
    expect(next()).toBe(null)
  }
})

test('one without a whole line is an error that says what to do', () => {
  const { path, make, next } = start()
  writeFileSync(path, 'deadbeat'.repeat(10))
  expect(next).toThrow(
    `${path} is damaged: none of its lines is whole; put back a copy of it, or remove it (what is still in the queue is then given once more)`,
  )
  writeFileSync(path, '')
  const cursor = make()
  cursor.load()
  cursor.begin(5)
  cursor.close()
  writeFileSync(path, readFileSync(path, 'latin1').replaceAll('cursor 1', 'cursor 2'))
  expect(next).toThrow(`${path} has format 2, and this version knows 1: run the newer version`)
})

const withLocks = native === null ? () => undefined : test // Without the binding there is no lock.
withLocks('a second run is refused until the first has let go', () => {
  const { path, make } = start()
  const first = make()
  first.load()
  const second = make()
  expect(() => second.load()).toThrow(
    `the queue of ${path} is in use by another run: stop that one, or give this one a directory of its own`,
  )
  first.close()
  expect(second.load()).toBe(null)
})
