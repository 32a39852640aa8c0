import { expect, test } from '@jest/globals'
import { Patience } from '../../../lib/items/model/patience.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'

function start(options: { signal?: AbortSignal; deadlineMs?: number } = {}) {
  const clock = new ManualClock()
  return { clock, patience: new Patience(new Escapement({ clock }), 'set lamp.level', options) }
}

const forever = (): Promise<never> => new Promise(() => undefined)

test('without a limit the work is waited for', async () => {
  const { patience } = start()
  patience.begin()
  expect([await patience.race(Promise.resolve(1)), patience.leftMs, patience.signal.aborted]).toEqual([1, null, false])
})

test('work that has begun when the deadline passes is told to stop, and the caller that its outcome is not known', async () => {
  const { clock, patience } = start({ deadlineMs: 50 })
  patience.begin()
  const work = patience.race(forever())
  clock.advance(20)
  expect([patience.leftMs, patience.signal.aborted]).toEqual([30, false])
  clock.advance(30)
  await expect(work).rejects.toMatchObject({
    code: 'ERR_DEADLINE',
    message: /was under way: what comes of it is not known/,
  })
  expect([patience.leftMs, patience.signal.aborted]).toEqual([0, true])
})

test('work does not begin when its time is over', async () => {
  const { clock, patience } = start({ deadlineMs: 50 })
  clock.advance(50)
  expect(() => patience.begin()).toThrow('cannot set lamp.level: its deadline of 50 ms passed while it waited')
  const none = start({ deadlineMs: 0 }).patience
  await expect(none.race(forever())).rejects.toThrow('its deadline of 0 ms passed while it waited')
})

test('a caller that takes it back ends it with its own reason', async () => {
  const caller = new AbortController()
  const { patience } = start({ signal: caller.signal })
  const work = patience.race(forever())
  const reason = new Error('gone')
  caller.abort(reason)
  await expect(work).rejects.toBe(reason)
  expect(() => patience.begin()).toThrow(reason)
  const late = start({ signal: caller.signal }).patience
  await expect(late.race(forever())).rejects.toBe(reason)
})

test('nothing is left behind: neither a timer nor a listener', async () => {
  const caller = new AbortController()
  const { clock, patience } = start({ signal: caller.signal, deadlineMs: 50 })
  expect(await patience.race(Promise.resolve(1))).toBe(1)
  clock.advance(100)
  caller.abort()
  expect(patience.signal.aborted).toBe(false)
})

test('it is over when the time is, also before any timer has run', () => {
  const { clock, patience } = start({ deadlineMs: 50 })
  clock.spend(50)
  expect(() => patience.begin()).toThrow('its deadline of 50 ms passed')
  const reason = new Error('gone')
  expect(() => start({ signal: AbortSignal.abort(reason) }).patience.begin()).toThrow(reason)
})

test('the signal of a caller who says himself whether he has gone is made only when it is listened to', async () => {
  let made = 0
  const caller = new AbortController()
  const asked = {
    isAborted: false,
    get signal() {
      made += 1
      return caller.signal
    },
  }
  const patience = new Patience(new Escapement({ clock: new ManualClock() }), 'set lamp.level', asked)
  patience.begin()
  patience.close()
  expect([made, patience.signal.aborted, made]).toEqual([0, false, 0])
  const waiting = new Patience(new Escapement({ clock: new ManualClock() }), 'set lamp.level', asked)
  const work = waiting.race(forever())
  const { signal } = waiting
  caller.abort(new Error('gone'))
  await expect(work).rejects.toThrow('gone')
  expect(signal.aborted).toBe(true)
  const gone = new Patience(new Escapement({ clock: new ManualClock() }), 'set lamp.level', {
    ...asked,
    isAborted: true,
  })
  expect(() => gone.begin()).toThrow('gone')
})

test('work that asks for its signal before anybody waits hears of the end, and one that is over of nothing', () => {
  const { clock, patience } = start({ deadlineMs: 50 })
  const { signal } = patience
  clock.advance(50)
  expect(signal.aborted).toBe(true)
  const done = start({ deadlineMs: 50 })
  const over = done.patience.signal
  done.patience.close()
  done.clock.advance(50)
  expect(over.aborted).toBe(false)
})

test('where the patience ended while the work began, nobody waits for what comes of it', async () => {
  const { clock, patience } = start({ deadlineMs: 50 })
  patience.begin()
  const { signal } = patience
  clock.advance(50)
  await expect(patience.race(forever())).rejects.toMatchObject({ code: 'ERR_DEADLINE' })
  expect(signal.aborted).toBe(true)
})
