import { expect, test } from '@jest/globals'
import { Line } from '../../../lib/movement/chain/line.js'
import { firstPlace, layOut } from '../../../lib/movement/chain/plan.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { DeafDrain, Keep } from '../../support/engine-kit.js'

function start() {
  const { train } = testTrain()
  const line = (...stages: unknown[]): Line<unknown> => new Line(stages)
  const supply = (): TestSupply<number> => new TestSupply(train, {})
  const drain = (): DeafDrain => new DeafDrain(train)
  const named = (name: string): ((n: number) => number[]) =>
    Object.defineProperty((n: number) => [n], 'name', { value: name })
  const names = (lines: readonly Line<unknown>[], dead: Line<unknown> | null = null): string[] =>
    layOut(lines as readonly Line[], dead as Line | null).places.map(({ name }) => name)
  return { train, line, supply, drain, named, names }
}

test('places are numbered in the order in which data flow, whatever the order of composition', () => {
  const { line, supply, drain, named, names } = start()
  const tail = line(named('tail'), drain())
  const left = line(named('left')).to(tail)
  const right = line(named('right')).to(tail)
  const head = line(supply(), named('head')).to(left, right)
  expect(names([tail, right, left, head])).toEqual(['TestSupply', 'head', 'fork', 'left', 'right', 'tail', 'DeafDrain'])
})

test('lines of several supplies that come together stand before what they lead into', () => {
  const { line, supply, drain, named, names } = start()
  const shared = line(named('shared'), drain())
  const lines = ['a', 'b'].map((name) => line(supply(), named(name)).to(shared))
  expect(names([...lines, shared])).toEqual(['TestSupply#1', 'a', 'TestSupply#2', 'b', 'shared', 'DeafDrain'])
})

test('dead letters stand last', () => {
  const { line, supply, drain, named } = start()
  const dead = line(named('bury'), drain())
  const plan = layOut([line(supply(), named('a'), drain())] as readonly Line[], dead)
  expect(plan.places.slice(plan.firstDeadPlace).map(({ name }) => name)).toEqual(['bury', 'DeafDrain#2'])
  expect(plan.dead === null ? -1 : firstPlace(plan.dead)).toBe(plan.firstDeadPlace)
  expect(plan.drains).toHaveLength(2)
})

test('names that stand twice are numbered', () => {
  const { line, supply, drain, named, names } = start()
  expect(names([line(supply(), named('a'), named('b'), named('a'), drain())])).toEqual([
    ...['TestSupply', 'a#1', 'b', 'a#2', 'DeafDrain'],
  ])
})

test('a drain and a function may stand twice, a cog with a memory may not', () => {
  const { train, line, supply, drain, named } = start()
  const [shared, fn, keep] = [drain(), named('fn'), new Keep(train, {})]
  const plan = layOut([line(supply(), fn, fn, shared), line(supply(), shared)] as readonly Line[], null)
  expect(plan.drains).toEqual([shared])
  expect(() => layOut([line(supply(), keep, keep, drain())] as readonly Line[], null)).toThrow(
    'Keep stands in the train twice: make another one',
  )
})

test('circles, lines without an end or a way in, and ends in the middle are refused', () => {
  const { line, supply, drain, named, names } = start()
  const [a, b] = [line(named('a')), line(named('b'))]
  a.to(b)
  b.to(a)
  expect(() => names([line(supply()).to(a)])).toThrow('the line that begins with a leads into itself')
  expect(() => names([line(supply(), named('open'))])).toThrow('the line that begins with TestSupply has no end')
  expect(() => names([line(named('lost'), drain())])).toThrow('nothing leads into the line that begins with lost')
  expect(() => names([line(supply(), drain(), named('after'), drain())])).toThrow('DeafDrain stands inside a line')
  expect(() => names([line(supply(), supply(), drain())])).toThrow('TestSupply stands inside a line')
})
