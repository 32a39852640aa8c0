import { expect, test } from '@jest/globals'
import { Escapement, ManualClock, type Binding, type EventLoop } from '../../../lib/movement/index.js'
import { LoopSpy } from '../../../lib/testing/check/loop-spy.js'

const start = () => {
  const clock = new ManualClock()
  return { clock, spy: new LoopSpy(new Escapement({ clock })) }
}

test('what has run or was taken back is not bound any more', () => {
  const { clock, spy } = start()
  const heard: unknown[] = []
  spy.enqueue((word: string) => heard.push(word), 'now')
  spy.after(10, (word: string) => heard.push(word), 'soon')
  const late = spy.at(1000, () => undefined)
  const often = spy.every(5, () => undefined)
  const night = spy.cron('0 3 * * *', () => undefined)
  expect(spy.bound()).toEqual(['a call', 'a timer', 'a timer', 'a periodic timer', 'a timer'])
  clock.advance(10)
  expect([heard, spy.bound().length]).toEqual([['now', 'soon'], 3])
  expect([late, often, night].map((timer) => spy.cancel(timer))).toEqual([true, true, true])
  expect(spy.bound()).toEqual([])
})

test('a call is taken back by its function, too', () => {
  const { spy } = start()
  const call = (): void => undefined
  spy.enqueue(call)
  expect([spy.dequeue(call), spy.bound()]).toEqual([1, []])
})

test('signals are passed on, and the time', () => {
  const { clock, spy } = start()
  const binding = spy.signalRegister('SIGUSR2', () => undefined)
  expect(spy.bound()).toEqual(['a signal'])
  expect([spy.signalUnregister('SIGUSR2', binding), spy.bound()]).toEqual([1, []])
  clock.advance(7)
  expect([spy.now(), spy.wall()]).toEqual([7, 7])
})

test('descriptors and watches are passed on with all that is bound', () => {
  const calls: unknown[][] = []
  const binding: Binding = { live: true }
  const tell = (name: string, result: unknown) => (...args: unknown[]) => (calls.push([name, ...args]), result) // prettier-ignore
  const loop = {
    ...{ inotify: true, fdRegister: tell('fd', binding), inotifyAdd: tell('add', binding) },
    ...{ fdUnregister: tell('off', true), inotifyRm: tell('rm', true) },
  }
  const spy = new LoopSpy(loop as unknown as EventLoop)
  const hear = (_what: unknown, _more: string): void => undefined
  expect([spy.fdRegister(3, 1, hear, 'a'), spy.inotifyAdd('/x', 2, hear, 'b')]).toEqual([binding, binding])
  expect(spy.bound()).toEqual(['a descriptor', 'a watch'])
  expect([spy.inotify, spy.fdUnregister(3), spy.inotifyRm(binding)]).toEqual([true, true, true])
  expect(calls).toEqual([['fd', 3, 1, hear, 'a'], ['add', '/x', 2, hear, 'b'], ['off', 3], ['rm', binding]]) // prettier-ignore
})
