import { debounceTime, delay, interval, of, Subject, take, throttleTime, timeout, bufferTime } from 'rxjs'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { DummyEscapement } from '../../lib/movement/loop/dummy-escapement.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { escapementScheduler } from '../../lib/rx/scheduler.js'

const start = () => {
  const clock = new ManualClock({ nowMs: 500 })
  const esc = new Escapement({ clock })
  const scheduler = escapementScheduler(esc)
  const heard: unknown[] = []
  const hear = (value: unknown) => void heard.push([esc.now() - 500, value])
  return { clock, esc, scheduler, heard, hear }
}

test('tells the time of the escapement', () => {
  const { clock, scheduler } = start()
  clock.advance(7)
  expect(scheduler.now()).toBe(507)
})

test('work without a delay runs in the next tick, in order, and never within the call', () => {
  const { clock, scheduler, heard, hear } = start()
  scheduler.schedule(hear, 0, 'a')
  scheduler.schedule(hear, undefined, 'b')
  expect(heard).toEqual([])
  clock.advance(0)
  expect(heard).toEqual([
    [0, 'a'],
    [0, 'b'],
  ])
})

test('work that is unsubscribed never runs, delayed or not', () => {
  const { clock, esc, scheduler, heard, hear } = start()
  for (const delayMs of [0, 10]) scheduler.schedule(hear, delayMs).unsubscribe()
  clock.advance(20)
  expect([heard, esc.idle]).toEqual([[], true])
})

test('work may schedule itself again, and ends when it does not', () => {
  const { clock, scheduler, heard, hear } = start()
  const action = scheduler.schedule<number>(
    function (count) {
      hear(count)
      if (count < 2) this.schedule(count + 1, 10)
    },
    5,
    0,
  )
  clock.advance(15)
  expect(action.closed).toBe(false)
  clock.advance(100)
  expect([heard, action.closed]).toEqual([
    [
      [5, 0],
      [15, 1],
      [25, 2],
    ],
    true,
  ])
})

test('work that throws is over, and the escapement has its error', () => {
  const { clock, scheduler } = start()
  const action = scheduler.schedule<number>(function () {
    this.schedule(0, 10)
    throw new Error('work')
  })
  expect(() => clock.advance(0)).toThrow('work')
  expect(action.closed).toBe(true)
  clock.advance(100)
})

test('debounceTime obeys a manual clock', () => {
  const { clock, scheduler, heard, hear } = start()
  const input = new Subject<string>()
  input.pipe(debounceTime(100, scheduler)).subscribe(hear)
  input.next('a')
  clock.advance(60)
  input.next('b')
  clock.advance(99)
  expect(heard).toEqual([])
  clock.advance(1)
  expect(heard).toEqual([[160, 'b']])
})

test('the other operators of time do too', () => {
  const { clock, scheduler, hear, heard } = start()
  interval(10, scheduler).pipe(take(5), throttleTime(25, scheduler)).subscribe(hear)
  interval(10, scheduler)
    .pipe(take(4), bufferTime(25, null, Infinity, scheduler))
    .subscribe(hear)
  of('x').pipe(delay(35, scheduler)).subscribe(hear)
  new Subject<string>().pipe(timeout({ first: 42, scheduler })).subscribe({ error: () => hear('timeout') })
  clock.advance(1000)
  expect(heard).toEqual([
    [10, 0],
    [25, [0, 1]],
    [35, 'x'],
    [40, 3],
    [40, [2, 3]],
    [42, 'timeout'],
  ])
})

test('binds nothing on the escapement of a finishing cog', () => {
  const { clock, esc, heard, hear } = start()
  const scheduler = escapementScheduler(new DummyEscapement(esc))
  const action = scheduler.schedule(hear, 5)
  clock.advance(10)
  action.unsubscribe()
  expect(heard).toEqual([])
})
