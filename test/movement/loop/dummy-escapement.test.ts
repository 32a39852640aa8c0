import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { DummyEscapement } from '../../../lib/movement/loop/dummy-escapement.js'
import { Escapement } from '../../../lib/movement/loop/escapement.js'
import type { EventLoop } from '../../../lib/movement/loop/event-loop.js'

const start = () => {
  const clock = new ManualClock({ nowMs: 5, wallMs: 1e12 })
  const esc = new Escapement({ clock })
  const dummy: EventLoop = new DummyEscapement(esc)
  return { clock, esc, dummy, never: () => expect(true).toBe(false) }
}

test('binds nothing and answers dead bindings', () => {
  const { clock, esc, dummy, never } = start()
  const bindings = [
    dummy.enqueue(never),
    dummy.at(6, never),
    dummy.after(1, never),
    dummy.every(1, never),
    dummy.cron('* * * * * *', never),
    dummy.fdRegister(0, 1, never),
    dummy.inotifyAdd('/', 0xfff, never),
    dummy.signalRegister('SIGWINCH', never),
  ]
  expect(bindings.map(({ live }) => live)).toEqual(Array(8).fill(false))
  clock.advance(5000)
  expect([esc.idle, process.listenerCount('SIGWINCH')]).toEqual([true, 0])
})

test('what it answers can be taken back like any binding', () => {
  const { dummy, never } = start()
  expect(dummy.cancel(dummy.after(1, never))).toBe(false)
  expect(dummy.dequeue(dummy.enqueue(never))).toBe(0)
  expect(dummy.inotifyRm(dummy.inotifyAdd('/', 1, never))).toBe(false)
  expect(dummy.fdUnregister(0)).toBe(false)
  expect(dummy.signalUnregister('SIGWINCH', dummy.signalRegister('SIGWINCH', never))).toBe(0)
})

test('takes back what the real one has bound', () => {
  const { clock, esc, dummy, never } = start()
  const [timer, entry, signal] = [esc.after(1, never), esc.enqueue(never), esc.signalRegister('SIGWINCH', never)]
  expect([dummy.cancel(timer), dummy.dequeue(entry), dummy.signalUnregister('SIGWINCH', signal)]).toEqual([true, 1, 1])
  clock.advance(10)
  expect([timer.live, entry.live, signal.live]).toEqual([false, false, false])
})

test('tells the time, and whether inotify works', () => {
  const { clock, esc, dummy } = start()
  clock.advance(7)
  expect([dummy.now(), dummy.wall(), dummy.inotify]).toEqual([12, 1e12 + 7, esc.inotify])
  esc.close()
})
