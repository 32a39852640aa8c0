import { expect, test } from '@jest/globals'
import type { Worker } from 'node:worker_threads'
import { Member } from '../../lib/workers/member.js'

/** A worker that only notes what it is told, and a clock that only notes what it is asked. */
function start() {
  const told: unknown[] = []
  const timers: { ms: number; then: () => void; isOff: boolean }[] = []
  const noting = (word: string) => () => void told.push(word)
  const worker = { postMessage: (message: unknown) => told.push(message), ref: noting('ref'), unref: noting('unref') }
  const member = new Member<null>({ ...worker, terminate: noting('terminate') } as unknown as Worker)
  const after = (ms: number, then: () => void) => {
    const timer = { ms, then, isOff: false }
    timers.push(timer)
    return () => void (timer.isOff = true)
  }
  return { member, told, timers, after }
}

test('it keeps the process alive only while it has something to do', () => {
  const { member, told } = start()
  member.post({ work: [], memory: null })
  member.rest()
  expect(told).toEqual([{ work: [], memory: null }, 'ref', 'unref'])
  member.dismiss()
  member.rest()
  expect(told.slice(3)).toEqual([{ end: true }, 'ref'])
})

test('it is ended once it has given no answer for too long', () => {
  const { member, told, timers, after } = start()
  member.watch(after, 50)
  member.watch(after, 50)
  expect(timers).toMatchObject([{ ms: 50, isOff: false }])
  member.unwatch()
  expect(timers[0]?.isOff).toBe(true)
  member.watch(after, 50)
  timers[1]?.then()
  expect([told, member.error?.message]).toEqual([['terminate'], 'it gave no answer within 50 ms'])
  member.unwatch()
  expect(timers[1]?.isOff).toBe(false)
})
