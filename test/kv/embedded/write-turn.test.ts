import { afterEach, expect } from '@jest/globals'
import { WriteTurn } from '../../../lib/kv/embedded/write-turn.js'
import { ManualClock, SystemClock } from '../../../lib/movement/loop/clock.js'
import { withNative as test } from '../../support/with-native.js'
import { newPath, startTables } from './kit.js'

const turns: WriteTurn[] = []
afterEach(() => turns.splice(0).forEach((turn) => turn.close()))

/** Turns at one store that exclude each other as those of processes do. */
function start(busyMs = 1000) {
  const path = newPath()
  startTables(path)
  const clock = new ManualClock()
  const open = (): WriteTurn => {
    const turn = new WriteTurn(path, { clock, busyMs })
    turns.push(turn)
    return turn
  }
  return { path, clock, open }
}

test('one has it, and the others are told so', () => {
  const { open } = start()
  const [a, b] = [open(), open()]
  expect([a.take(), b.take()]).toEqual([true, false])
  a.give()
  expect([b.take(), a.take()]).toEqual([true, false])
})

test('who has waited is next, however fast another one asks again', () => {
  const { open } = start()
  const [fast, patient] = [open(), open()]
  expect([fast.take(), patient.take()]).toEqual([true, false])
  fast.give()
  expect(fast.take()).toBe(false)
  expect(patient.take()).toBe(true)
  patient.give()
  expect(fast.take()).toBe(true)
})

test('who waits is called back when it is his turn, and Node goes on meanwhile', async () => {
  const { open } = start()
  const [a, b] = [open(), open()]
  a.take()
  const order: string[] = []
  const isOurs = new Promise<void>((begin, fail) => b.await(begin, fail)).then(() => order.push('b'))
  await new Promise((resolve) => setImmediate(resolve))
  order.push('a gives')
  a.give()
  await isOurs
  expect(order).toEqual(['a gives', 'b'])
})

test("who waits too long is told who writes, and stands in nobody else's way", async () => {
  const { path, clock, open } = start(1000)
  const [a, b, c] = [open(), open(), open()]
  a.take()
  const waits = new Promise<void>((begin, fail) => b.await(begin, fail))
  clock.advance(3)
  await new Promise((resolve) => setImmediate(resolve))
  clock.advance(1000)
  await expect(waits).rejects.toMatchObject({
    code: 'ERR_KV_UNAVAILABLE',
    message:
      `${path} is not available: process ${process.pid} has been writing it for longer than busyMs (1000 ms). ` +
      'Let it go on, or end it',
  })
  a.give()
  expect(c.take()).toBe(true)
})

test('who can do nothing else meanwhile stands still, and no longer than that', () => {
  const { open, path } = start()
  const a = open()
  const b = new WriteTurn(path, { clock: new SystemClock(), busyMs: 20 })
  turns.push(b)
  expect(b.now(() => 'done')).toBe('done')
  a.take()
  expect(() => b.now(() => 'never')).toThrow('has been writing it for longer than busyMs (20 ms)')
  a.give()
  expect(b.now(() => 'done')).toBe('done')
})

test('work that fails gives it back', () => {
  const { open } = start()
  const [a, b] = [open(), open()]
  expect(() =>
    a.now(() => {
      throw new Error('broken')
    }),
  ).toThrow('broken')
  expect(b.take()).toBe(true)
})

test('a closed one holds nothing, and calls nobody back', async () => {
  const { open } = start()
  const [a, b, c] = [open(), open(), open()]
  a.take()
  let called = 0
  b.await(
    () => called++,
    () => called++,
  )
  a.close()
  b.close()
  await new Promise((resolve) => setImmediate(resolve))
  expect(called).toBe(0)
  expect(c.take()).toBe(true)
})
