import { Dedupe, type DedupeOptions } from '../../cogs/dedupe.js'
import { itemGetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

interface Event {
  id?: string
  ip?: unknown
  port?: number
}

function start(options: Partial<DedupeOptions<Event>> = {}) {
  const { train, clock } = testTrain()
  const make = () => new Dedupe<Event>(train, { windowMs: 1000, keyGetter: itemGetter('ip'), ...options })
  const dedupe = make()
  return { dedupe, make, clock, passes: (ip: unknown, cog = dedupe) => cog.turn({ id: 'a', ip }) !== null }
}

test('lets the first through as it is, and swallows the second', () => {
  const { dedupe } = start()
  const data = { id: '1', ip: '192.0.2.1' }
  expect([...(dedupe.turn(data) as Event[])][0]).toBe(data)
  expect(dedupe.turn({ id: '2', ip: '192.0.2.1' })).toBeNull()
  expect(dedupe.turn({ id: '3', ip: '192.0.2.2' })).toHaveLength(1)
})

test('lets a key through again once its window is over, and not a moment before', () => {
  const { passes, clock } = start()
  passes('a')
  clock.advance(999)
  expect(passes('a')).toBe(false)
  clock.advance(1)
  expect(passes('a')).toBe(true)
})

test('forgets the oldest key when there are too many', () => {
  const { passes } = start({ keysMax: 2 })
  expect(['a', 'b', 'c', 'b', 'a'].map((ip) => passes(ip))).toEqual([true, true, true, false, true])
})

test('counts a key that came again among the newest', () => {
  const { passes, clock } = start({ keysMax: 2 })
  passes('a')
  clock.advance(500)
  passes('b')
  clock.advance(600)
  passes('a')
  passes('c')
  expect([passes('a'), passes('b')]).toEqual([false, true])
})

test('lets data without a key through', () => {
  const { passes } = start()
  expect([undefined, undefined, null, null].map((ip) => passes(ip))).toEqual([true, true, true, true])
})

test('compares keys of several parts by what they hold', () => {
  const { dedupe } = start({ keyGetter: itemGetter('ip', 'port') })
  const turn = (ip: string, port: number) => dedupe.turn({ ip, port }) !== null
  expect([turn('a', 1), turn('a', 2), turn('a', 1)]).toEqual([true, true, false])
})

test('tells numbers from texts', () => {
  const { passes } = start()
  expect([passes('1'), passes(1), passes(1)]).toEqual([true, true, false])
})

const KINDS = [['1'], '["1"]', 5n, '5', 5, NaN, 'NaN', null, Infinity, -Infinity, true, 'true', { a: 1 }, '{"a":1}']
const DISGUISED = ['\0object:["1"]', '\0bigint:5', '\0number:NaN', '\0string:\0bigint:5']

test('tells keys of every kind from each other, also over a restart', () => {
  const { dedupe, make, passes } = start()
  const keys = [...KINDS, ...DISGUISED]
  expect(keys.filter((key) => !passes(key))).toEqual([])
  const next = make()
  next.restore(JSON.parse(JSON.stringify(dedupe.snapshot())) as never)
  for (const cog of [dedupe, next]) expect(keys.filter((key) => passes(key, cog))).toEqual([null])
})

test('remembers over a restart what is still in its window', () => {
  const { dedupe, make, passes, clock } = start()
  passes('a')
  clock.advance(600)
  passes('b')
  clock.advance(500)
  const snapshot: unknown = JSON.parse(JSON.stringify(dedupe.snapshot()))
  expect(snapshot).toEqual([['b', expect.any(Number)]])
  const next = make()
  next.restore(snapshot as never)
  expect([passes('b', next), passes('a', next)]).toEqual([false, true])
  clock.advance(500)
  expect(passes('b', next)).toBe(true)
})

test('refuses a window or a number of keys below 1', () => {
  expect(() => start({ windowMs: 0 })).toThrow('windowMs must be at least 1: it is 0')
  expect(() => start({ keysMax: 0 })).toThrow('keysMax must be at least 1: it is 0')
  expect(() => start({ keyGetter: 'ip' as never })).toThrow('keyGetter must be a function: it is "ip"')
})
