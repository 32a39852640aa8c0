import { expect, test } from '@jest/globals'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { DeafDrain, lineOf } from '../../support/engine-kit.js'

async function start() {
  const rig = testTrain()
  const { train } = rig
  const [a, b] = [new TestSupply<number>(train, {}), new TestSupply<number>(train, {})]
  const half = (n: number): number[] | null => (n % 2 === 0 ? [n] : null)
  const tail = lineOf(train.line, (n: number) => [n], new DeafDrain(train))
  const ways = [lineOf(train.line, half).to(tail), lineOf(train.line, half).to(tail)]
  const shared = lineOf(train.line, (n: object) => [n]).to(...ways)
  lineOf(train.line, a, half).to(shared)
  lineOf(train.line, b, (n: number) => [n, n]).to(shared)
  const running = train.run({ signals: false })
  await turnOfNode()
  return { ...rig, a, b, running }
}

test('arrivals follow from what left the places before, through forks and where lines come together', async () => {
  const { train, a, b, running } = await start()
  a.push(1, 2, 3, 4)
  b.push(5, 6)
  const rows = train.accounts().map(({ cog, in: arrived, out, split }) => [cog, arrived, out, split])
  expect(rows).toEqual([
    ['TestSupply#1', 4, 4, 0],
    ['half#1', 4, 2, 0],
    ['TestSupply#2', 2, 2, 0],
    ['function#1', 2, 4, 2],
    ['function#2', 6, 6, 0],
    ['fork', 6, 12, 6],
    ['half#2', 6, 4, 0],
    ['half#3', 6, 4, 0],
    ['function#3', 8, 8, 0],
    ['DeafDrain', 8, 8, 0],
    ['function#4', 0, 0, 0],
    ['Outlet', 0, 0, 0],
  ])
  for (const supply of [a, b]) supply.close()
  await running
})

test('every name in the accounts is unique', async () => {
  const { train, a, b, running } = await start()
  const names = train.accounts().map(({ cog }) => cog)
  expect(new Set(names).size).toBe(names.length)
  for (const supply of [a, b]) supply.close()
  await running
})

test('what can’t be copied at a fork fails there, before any branch has got it', async () => {
  const rig = testTrain()
  const { train, dead } = rig
  const supply = new TestSupply<object>(train, {})
  const taken: unknown[] = []
  const see = (data: unknown): unknown[] => [taken.push(data)]
  const ways = [0, 1].map(() => lineOf(train.line, see, new DeafDrain(train)))
  lineOf(train.line, supply, (data: object) => [data]).to(...ways)
  const running = train.run({ signals: false })
  await turnOfNode()
  supply.push({
    get broken(): number {
      throw new Error('no copy')
    },
  })
  expect(dead).toMatchObject([{ cog: 'fork' }])
  expect(taken).toEqual([])
  expect(train.accounts()).toContainEqual(
    expect.objectContaining({ cog: 'fork', in: 1, out: 0, split: 0, diverted: 1 }),
  )
  supply.close()
  await running
})

test('a train that was not wound up has no accounts', () => {
  expect(testTrain().train.accounts()).toEqual([])
})
