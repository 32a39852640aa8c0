import fc from 'fast-check'
import { native } from 'inotify-ts/native'
import { ClosedError } from '../../../lib/errors/index.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { Escapement, type EscapementOptions } from '../../../lib/movement/loop/escapement.js'
import { runScript } from '../../support/child.js'

const start = (options: EscapementOptions = {}) => {
  const clock = new ManualClock({ nowMs: 1000 })
  const heard: string[] = []
  const esc = new Escapement({ clock, ...options })
  return { clock, esc, heard, hear: (word: string) => void heard.push(word) }
}

const fail = () => {
  throw new Error('a callable failed')
}

test('runs what is enqueued in order, with its arguments, and each entry once', () => {
  const { clock, esc, heard, hear } = start()
  const entry = esc.enqueue((a: string, b: number) => heard.push(a + String(b)), 'x', 1)
  esc.enqueue(hear, 'y')
  expect([heard.length, esc.idle, entry.live]).toEqual([0, false, true])
  clock.advance(0)
  clock.advance(10)
  expect([heard, esc.idle, entry.live]).toEqual([['x1', 'y'], true, false])
})

test('runs what is enqueued without any clock being moved', async () => {
  const { esc, heard, hear } = start()
  esc.enqueue(esc.enqueue.bind(esc), hear, 'from within')
  await esc.waitIdle()
  expect(heard).toEqual(['from within'])
})

test('runs the entries that were there before the timers, and leaves new entries to the next tick', () => {
  const { clock, esc, heard, hear } = start()
  esc.after(0, hear, 'timer')
  esc.enqueue(() => {
    hear('entry')
    esc.enqueue(hear, 'new entry')
  })
  clock.advance(0)
  expect(heard).toEqual(['entry', 'timer', 'new entry'])
})

test('an entry that enters itself for ever keeps no timer from running', async () => {
  const esc = new Escapement()
  let isOver = false
  let rounds = 0
  const again = () => {
    rounds += 1
    if (!isOver) esc.enqueue(again)
  }
  again()
  await new Promise<void>((resolve) => esc.after(5, resolve))
  isOver = true
  expect(rounds).toBeGreaterThan(1)
})

test('timers that enter new ones for now keep no entry from running', () => {
  const { clock, esc, heard, hear } = start()
  let count = 0
  const again = () => {
    hear(`timer ${++count}`)
    if (count < 3) esc.after(0, again)
  }
  again()
  esc.enqueue(hear, 'entry')
  clock.advance(0)
  expect(heard).toEqual(['timer 1', 'entry', 'timer 2', 'timer 3'])
})

test('takes back one entry, or all of a callable, and counts them', () => {
  const { clock, esc, heard, hear } = start()
  const other = (word: string) => void heard.push(`other ${word}`)
  const first = esc.enqueue(hear, 'a')
  esc.enqueue(other, 'b')
  esc.enqueue(hear, 'c')
  esc.enqueue(hear, 'd')
  expect([esc.dequeue(first), esc.dequeue(first), first.live]).toEqual([1, 0, false])
  expect([esc.dequeue(hear), esc.dequeue(hear)]).toEqual([2, 0])
  clock.advance(0)
  expect(heard).toEqual(['other b'])
  expect(esc.dequeue(other)).toBe(0)
})

test('takes back what the running tick has still before it', () => {
  const { clock, esc, heard, hear } = start()
  esc.enqueue(() => {
    expect([esc.dequeue(hear), esc.cancel(timer)]).toEqual([1, true])
  })
  esc.enqueue(hear, 'entry')
  const timer = esc.after(0, hear, 'timer')
  clock.advance(0)
  expect(heard).toEqual([])
})

test('an exception comes out, and the others run all the same', () => {
  const { clock, esc, heard, hear } = start()
  esc.enqueue(fail)
  esc.enqueue(hear, 'entry')
  esc.after(0, fail)
  esc.after(0, hear, 'timer')
  expect(() => clock.advance(0)).toThrow('a callable failed')
  expect(() => clock.advance(0)).toThrow('a callable failed')
  clock.advance(0)
  expect(heard).toEqual(['entry', 'timer'])
})

test('onError takes the exceptions, and the tick goes on', () => {
  const failures: string[] = []
  const { clock, esc, heard, hear } = start({ onError: ({ message }) => failures.push(message) })
  esc.enqueue(fail)
  esc.enqueue(() => {
    throw 'a string' as unknown as Error
  })
  esc.every(5, fail)
  esc.enqueue(() => {
    esc.enqueue(hear, 'next tick')
    fail()
  })
  clock.advance(10)
  expect([heard, failures]).toEqual([
    ['next tick'],
    ['a callable failed', 'a string', ...new Array<string>(3).fill('a callable failed')],
  ])
})

test('with onError the rest of a round still runs in the same tick', () => {
  const { clock, esc, heard, hear } = start({ onError: () => undefined })
  const other = new Escapement({ clock })
  esc.enqueue(fail)
  esc.enqueue(hear, 'rest')
  other.enqueue(hear, 'other')
  clock.advance(0)
  expect(heard).toEqual(['rest', 'other'])
})

test('all escapements of one clock run in the order of time', () => {
  const { clock, esc, heard, hear } = start()
  const other = new Escapement({ clock })
  other.after(30, hear, '30 other')
  esc.after(20, hear, '20')
  esc.after(40, hear, '40')
  other.after(10, hear, '10 other')
  clock.advance(100)
  expect(heard).toEqual(['10 other', '20', '30 other', '40'])
})

test('tells the time of its clock', () => {
  const { clock, esc } = start()
  clock.setWall(5e11)
  expect([esc.now(), esc.wall()]).toEqual([1000, 5e11])
})

test('after its close only what was enqueued before still runs', () => {
  const { clock, esc, heard, hear } = start()
  esc.enqueue(hear, 'accepted')
  const timers = [esc.after(0, hear, 'due'), esc.after(5, hear, 'later'), esc.every(5, hear, 'periodic')]
  const signal = esc.signalRegister('SIGWINCH', hear)
  esc.close()
  esc.close()
  clock.advance(10)
  expect(heard).toEqual(['accepted'])
  expect([...timers, signal].map(({ live }) => live)).toEqual([false, false, false, false])
})

test('a close within a tick leaves of that tick only what was enqueued', () => {
  const { clock, esc, heard, hear } = start()
  esc.enqueue(() => {
    esc.close()
  })
  esc.enqueue(hear, 'accepted')
  esc.after(0, hear, 'due')
  clock.advance(10)
  expect(heard).toEqual(['accepted'])
})

test('after its close to bind is an error, and to take back is none', () => {
  const { esc, hear } = start()
  const entry = esc.enqueue(hear, 'x')
  const timer = esc.after(1, hear, 'x')
  esc.close()
  const binders = [
    () => esc.enqueue(hear, 'x'),
    () => esc.at(0, hear, 'x'),
    () => esc.after(0, hear, 'x'),
    () => esc.every(1, hear, 'x'),
    () => esc.cron('* * * * *', hear, 'x'),
    () => esc.fdRegister(0, 1, fail),
    () => esc.inotifyAdd('/', 1, fail),
    () => esc.signalRegister('SIGHUP', hear),
  ]
  for (const bind of binders) expect(bind).toThrow(ClosedError)
  expect(() => esc.after(0, hear, 'x')).toThrow('after must come before close(): the escapement is closed')
  expect([esc.dequeue(entry), esc.cancel(timer), esc.fdUnregister(0), esc.inotifyRm(timer)]).toEqual([
    1,
    false,
    false,
    false,
  ])
  expect([esc.signalUnregister('SIGHUP', hear), esc.inotify]).toEqual([0, false])
})

test('there is one instance, and a new one after its close', () => {
  const { instance } = Escapement
  expect(Escapement.instance).toBe(instance)
  instance.close()
  expect(Escapement.instance).not.toBe(instance)
  Escapement.instance.close()
})

test('refuses what cannot be called before anything is bound', () => {
  const { esc } = start()
  expect(() => esc.every(5, undefined as unknown as () => void)).toThrow('fn must be a function: it is undefined')
  expect(() => esc.signalRegister('SIGWINCH', 'x' as unknown as () => void)).toThrow(TypeError)
  expect(process.listenerCount('SIGWINCH')).toBe(0)
})

test('the same seed gives the same order', () => {
  const run = (steps: readonly (readonly [number, number])[]) => {
    const { clock, esc, heard, hear } = start()
    for (const [delayMs, kind] of steps) {
      if (kind === 0) esc.enqueue(hear, `entry ${heard.length}`)
      else if (kind === 1) esc.after(delayMs, () => esc.enqueue(hear, `${esc.now()}`))
      else esc.every(delayMs + 1, hear, `every ${delayMs + 1}`)
    }
    clock.advance(100)
    return heard
  }
  const steps = fc.array(fc.tuple(fc.nat(50), fc.nat(2)), { maxLength: 20 })
  fc.assert(
    fc.property(steps, (some) => expect(run(some)).toEqual(run(some))),
    { seed: 7, numRuns: 50 },
  )
})

const inChild = (body: string) =>
  runScript(`
    const { Escapement } = await import(dist + 'lib/movement/index.js')
    const esc = Escapement.instance
    const say = (word) => console.log(word)
    process.on('exit', () => say('exit'))
    ${body}
  `)

test('the process lives while a timer is to run, and ends by itself behind the last', async () => {
  const { lines, code } = await inChild(`
    esc.after(30, say, 'timer')
    esc.cancel(esc.after(3_600_000, say, 'cancelled'))
    const periodic = esc.every(5, () => { say('periodic'); esc.cancel(periodic) })
  `)
  expect([lines, code]).toEqual([['periodic', 'timer', 'exit'], 0])
})

test('a cancelled timer keeps no process alive, and neither does the question for inotify', async () => {
  const { lines, code } = await inChild(`
    esc.cancel(esc.after(3_600_000, say, 'cancelled'))
    say(esc.inotify)
  `)
  expect([lines, code]).toEqual([[String(native !== null), 'exit'], 0])
})

test('an uncaught exception is one of the process, and the rest of the tick still runs', async () => {
  const { lines, code } = await inChild(`
    process.on('uncaughtException', ({ message }) => say(message))
    const fail = () => { throw new Error('uncaught') }
    esc.enqueue(fail)
    esc.enqueue(say, 'entry')
    esc.after(0, fail)
    esc.after(0, say, 'timer')
  `)
  expect([lines, code]).toEqual([['uncaught', 'entry', 'uncaught', 'timer', 'exit'], 0])
})

if (native !== null) {
  test('the process lives while a descriptor or a path is watched, and not a moment longer', async () => {
    const { lines, code } = await inChild(`
      const { native } = await import(import.meta.resolve('inotify-ts/native', dist))
      const { mkdtempSync, rmSync, writeFileSync, writeSync } = await import('node:fs')
      const { spawn } = await import('node:child_process')
      const dir = mkdtempSync('/tmp/deadbeat-alive-')
      const [readEnd, writeEnd] = native.pipe()
      esc.fdRegister(readEnd, 1, () => {
        say('descriptor')
        esc.fdUnregister(readEnd)
        writeFileSync(dir + '/file', '')
      })
      const watch = esc.inotifyAdd(dir, 0x100, () => {
        say('path')
        esc.inotifyRm(watch)
        esc.inotifyAdd(dir, 0x400, () => say('gone'))
        rmSync(dir, { recursive: true })
      })
      spawn('sh', ['-c', 'sleep 0.1; echo x >&3'], { stdio: ['ignore', 'ignore', 'ignore', writeEnd] }).unref()
    `)
    expect([lines, code]).toEqual([['descriptor', 'path', 'gone', 'gone', 'exit'], 0])
  })
}
