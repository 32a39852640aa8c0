import { Map, type MapOptions } from '../../cogs/map.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

function start<In, Piece, Result, Out = Result>(options: MapOptions<In, Piece, Result, Out>) {
  return new Map<In, Result, Piece, Out>(testTrain().train, options)
}

test('puts the result in the place of the datum', () => {
  expect(start({ fn: (line: string) => line.length }).turn('abc')).toEqual([3])
})

test('gives one datum whatever the function gives', () => {
  expect(start({ fn: () => null }).turn(1)).toEqual([null])
  expect(start({ fn: () => [1, 2] }).turn(1)).toEqual([[1, 2]])
})

test('works on a piece of the datum', () => {
  const cog = start<{ level: string }, string, string, { level: string }>({
    fn: (level) => level.toLowerCase(),
    getter: itemGetter('level'),
    setter: itemSetter('level', { copy: true }),
  })
  const data = { level: 'WARN' }
  expect(cog.turn(data)).toEqual([{ level: 'warn' }])
  expect(data).toEqual({ level: 'WARN' })
})

test('lets what the function throws come through', () => {
  const fail = (): never => {
    throw new Error('no')
  }
  expect(() => start({ fn: fail }).turn(1)).toThrow('no')
})

test('refuses what is not a function', () => {
  expect(() => start({ fn: 'upper' as never })).toThrow('fn must be a function: it is "upper"')
})
