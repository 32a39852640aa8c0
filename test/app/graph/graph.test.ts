import { expect, test } from '@jest/globals'
import { graphOf } from '../../../lib/app/graph/graph.js'
import { Escapement, Train, one, silentLogger } from '../../../lib/movement/index.js'
import { lineOf } from '../../support/engine-kit.js'
import { ListDrain, NumberSupply, type Numbered } from '../../support/crash-train/world.js'

test('every way is there: straight on, at forks, where lines meet, and to the dead letters', () => {
  const train = new Train(new Escapement(), { log: silentLogger })
  const drain = (): ListDrain<Numbered> => new ListDrain(train, [], { isOver: false })
  const double = one(function double(data: Numbered) {
    return data
  })
  const meet = lineOf(train.line, double, drain())
  const first = lineOf(train.line, new NumberSupply(train, { count: 1 }))
  const second = lineOf(train.line, new NumberSupply(train, { count: 2 }))
  const couple = (line: unknown, ...lines: unknown[]): void => (line as { to(...to: unknown[]): void }).to(...lines)
  couple(first, meet, lineOf(train.line, drain()))
  couple(second, meet)
  train.deadLettersTo((letter) => [letter])
  const graph = graphOf('a', train.wind())
  expect(graph.edges).toEqual([
    { from: 'dead letters', to: 'function' },
    { from: 'NumberSupply#1', to: 'fork' },
    { from: 'fork', to: 'double' },
    { from: 'fork', to: 'ListDrain#1' },
    { from: 'NumberSupply#2', to: 'double' },
    { from: 'double', to: 'ListDrain#2' },
    { from: 'function', to: 'Outlet' },
  ])
  expect(Object.fromEntries(graph.nodes.map(({ name, kind }) => [name, kind]))).toEqual({
    'NumberSupply#1': 'supply',
    'NumberSupply#2': 'supply',
    fork: 'fork',
    'ListDrain#1': 'drain',
    'ListDrain#2': 'drain',
    double: 'cog',
    function: 'cog',
    Outlet: 'open end',
    'dead letters': 'dead letters',
  })
  expect(graph.nodes[0]?.text).toBe('NumberSupply(count=1)')
})
