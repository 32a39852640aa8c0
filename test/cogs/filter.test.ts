import { Filter, filterBaseConfig, type FilterOptions } from '../../cogs/filter.js'
import { itemGetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

function start(options: FilterOptions<unknown, never>) {
  const cog = new Filter<unknown, never>(testTrain().train, options)
  return (...data: unknown[]): unknown[] => data.flatMap((datum) => [...((cog.turn(datum) ?? []) as unknown[])])
}

const level = itemGetter<unknown, never>('level')
const data = [{ level: 'info' }, { level: 'debug' }, {}, { level: 3 }]

test('keeps what equals a value', () => {
  expect(start({ getter: level, equals: 'info' })(...data)).toEqual([{ level: 'info' }])
  expect(start({ getter: level, equals: '3' })(...data)).toEqual([])
  expect(start({ getter: level, equals: 3 })(...data)).toEqual([{ level: 3 }])
})

test('keeps one of several values', () => {
  expect(start({ getter: level, oneOf: ['info', 3] })(...data)).toEqual([{ level: 'info' }, { level: 3 }])
})

test('keeps what an expression matches, each time anew', () => {
  expect(start({ getter: level, matches: /^[id]/g })(...data, ...data)).toHaveLength(4)
  expect(start({ getter: level, matches: /3|undefined/ })(...data)).toEqual([{ level: 3 }])
})

test('keeps what a function says yes to', () => {
  expect(start({ test: (piece: object) => 'level' in piece })(...data)).toHaveLength(3)
})

test('keeps the rest if told so', () => {
  expect(start({ getter: level, equals: 'info', negate: true })(...data)).toEqual(data.slice(1))
  expect(start({ matches: /sshd/, negate: true })('sshd[7]: hello', 'kernel: hello')).toEqual(['kernel: hello'])
})

test('looks at the key that an operator names', () => {
  const off = { field: null, equals: null, oneOf: null, matches: null, negate: filterBaseConfig.negate.default }
  expect(start({ ...off, field: 'level', equals: 'debug' })(...data)).toEqual([{ level: 'debug' }])
  expect(start({ ...off, field: 'constructor', matches: /./ })(...data)).toEqual([])
})

test('asks for exactly one condition', () => {
  expect(() => start({})).toThrow('a filter must have one condition (equals, oneOf, matches, test): it has none')
  expect(() => start({})).toThrow(RangeError)
  expect(() => start({ equals: 'a', matches: /a/ })).toThrow('it has equals and matches')
  expect(() => start({ test: 5 as never })).toThrow('test must be a function: it is 5')
})

test('can look for an empty text, zero and false', () => {
  expect(start({ equals: '' })('', 'a')).toEqual([''])
  expect(start({ equals: 0 })(0, '', false)).toEqual([0])
  expect(start({ equals: false })(0, false)).toEqual([false])
})
