import { Tap, type TapOptions } from '../../cogs/tap.js'
import { itemGetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

function start(options: TapOptions<unknown> = {}) {
  const { train, log, pass, dead } = testTrain()
  return { tap: new Tap<unknown>(train, options), log, pass, dead }
}

test('passes the very datum on', () => {
  const data = { a: 1 }
  expect([...(start().tap.turn(data) as Iterable<unknown>)][0]).toBe(data)
})

test('logs a sample, with the count of what came', () => {
  const { tap, log } = start({ every: 3, level: 'warn', message: 'seen', getter: itemGetter('n') })
  for (const n of [10, 11, 12, 13]) tap.turn({ n })
  expect(log.map(({ level, message, fields }) => [level, message, fields.data, fields.count])).toEqual([
    ['warn', 'seen', 10, 1],
    ['warn', 'seen', 13, 4],
  ])
})

test('calls a function in the place of the log; what it throws fails the datum alone', async () => {
  const seen: unknown[] = []
  const fn = (piece: unknown) => {
    if (piece === 2) throw new Error('not two')
    seen.push(piece)
  }
  const { tap, log, pass, dead } = start({ fn })
  expect(await pass([tap], [1, 2, 3])).toEqual([1, 3])
  expect(seen).toEqual([1, 3])
  expect(dead.map(({ error }) => error.message)).toEqual([expect.stringContaining('not two')])
  expect(log.filter(({ message }) => message === 'passes')).toEqual([])
})

test('follows a change of its settings', () => {
  const { tap, log } = start()
  tap.turn(1)
  Object.assign(tap.options, { level: 'debug' })
  tap.turn(2)
  expect(log.map(({ level }) => level)).toEqual(['info', 'debug'])
})

test('refuses what it can not use', () => {
  expect(() => start({ every: 0 })).toThrow('every must be at least 1: it is 0')
  expect(() => start({ level: 'loud' as never })).toThrow('level must be one of debug, info, warn: it is "loud"')
  expect(() => start({ fn: 'x' as never })).toThrow('fn must be a function: it is "x"')
})
