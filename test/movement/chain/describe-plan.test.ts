import { expect, test } from '@jest/globals'
import { LineDrain } from '../../../cogs/line-drain.js'
import { describePlan } from '../../../lib/movement/chain/describe-plan.js'
import { Escapement, Supply, Train } from '../../../lib/movement/index.js'

class Count extends Supply<number> {
  start(): void {}
  finish(): void {}
}

const double = (n: number): number[] => [2 * n]
const toText = (n: number): string[] => [String(n)]

test('a plain line is one list of names', () => {
  const train = new Train(new Escapement())
  train.line(new Count(train, {}), double, toText, new LineDrain(train, { path: '/nowhere/a' }))
  expect(describePlan(train.wind())).toEqual([['Count', 'double', 'toText', 'LineDrain']])
})

test('branches, joins and dead letters say where they come from and where they go', () => {
  const train = new Train(new Escapement())
  const drain = new LineDrain(train, { path: '/nowhere/a' })
  const end = train.line(toText, drain)
  train.line(new Count(train, {}), double).to(end, train.line(toText, drain))
  train.line(new Count(train, {})).to(end)
  train.deadLettersTo(() => ['x'], new LineDrain(train, { path: '/nowhere/b' }))
  const lines = describePlan(train.wind())
  expect(lines.at(-1)).toEqual(['dead letters', 'function', expect.stringMatching(/^LineDrain/)])
  expect(lines.filter(([first]) => first === 'fork')).toHaveLength(2)
  expect(lines.map((line) => line[0]).sort()).toEqual(['Count#1', 'Count#2', 'dead letters', 'fork', 'fork'])
})
