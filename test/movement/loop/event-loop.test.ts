import { afterEach, expect, test } from '@jest/globals'
import { DummyEscapement, Escapement, ManualClock, type Binding, type EventLoop } from '../../../lib/movement/index.js'

const made: Escapement[] = []
afterEach(() => {
  for (const esc of made.splice(0)) esc.close()
})

function start() {
  const clock = new ManualClock({ nowMs: 1000, wallMs: 5000 })
  const esc = new Escapement({ clock })
  made.push(esc)
  return { clock, esc, loops: [esc, new DummyEscapement(esc)] as readonly EventLoop[] }
}

/** Bind something of every kind that needs no system. */
function bindAll(loop: EventLoop, heard: unknown[]): Binding[] {
  const hear = (...args: unknown[]): void => void heard.push(args)
  return [
    loop.enqueue(hear, 'entry'),
    loop.at(1100, hear, 'at'),
    loop.after(200, hear, 'after'),
    loop.every(300, hear, 'every', 1),
    loop.cron('* * * * * *', hear, 'cron'),
    loop.signalRegister('SIGUSR2', hear, 'signal'),
  ]
}

test('a cog can be given either event loop: both tell the time and take the same calls', () => {
  const { loops } = start()
  for (const loop of loops) expect([loop.now(), loop.wall(), typeof loop.inotify]).toEqual([1000, 5000, 'boolean'])
  expect(loops.map((loop) => bindAll(loop, []).map(({ live }) => live))).toEqual([
    [true, true, true, true, true, true],
    [false, false, false, false, false, false],
  ])
})

test('arguments that were bound are handed on, and what was taken back never runs', () => {
  const { clock, esc } = start()
  const heard: unknown[] = []
  const [entry, at, after, every, cron, signal] = bindAll(esc, heard) as [
    Binding,
    Binding,
    Binding,
    Binding,
    Binding,
    Binding,
  ]
  expect([esc.dequeue(entry), esc.cancel(after), esc.cancel(after), esc.cancel(cron)]).toEqual([1, true, false, true])
  expect(esc.signalUnregister('SIGUSR2', signal)).toBe(1)
  clock.advance(300)
  expect(heard).toEqual([['at'], ['every', 1]])
  expect([at.live, every.live]).toEqual([false, true])
  esc.close()
})
