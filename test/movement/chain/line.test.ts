import { expect, test } from '@jest/globals'
import { Line } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { lineOf, ManualDrain } from '../../support/engine-kit.js'

/** A train that divides behind its supply. */
async function start(isShared: boolean[]) {
  const rig = testTrain()
  const { train } = rig
  const supply = new TestSupply<object>(train, {})
  const drains = isShared.map(() => new ManualDrain(train))
  const ways = isShared.map((shared, i) => ({ line: lineOf(train.line, (d: object) => [d], drains[i]), shared }))
  lineOf(train.line, supply, (d: object) => [d]).to(...ways)
  const running = train.run({ signals: false })
  await turnOfNode()
  const end = async (): Promise<void> => {
    supply.close()
    await running
  }
  return { ...rig, supply, drains, end }
}

test('every line but the last gets a shallow copy of its own', async () => {
  const { supply, drains, end } = await start([false, false, false])
  const datum = { deep: { n: 1 } }
  supply.push(datum)
  const taken = drains.map((drain) => drain.taken[0] as typeof datum)
  expect(taken).toEqual([datum, datum, datum])
  expect(new Set(taken).size).toBe(3)
  expect(taken[2]).toBe(datum)
  expect(taken[0]?.deep).toBe(datum.deep)
  await end()
})

test('a line that only reads shares the datum', async () => {
  const { supply, drains, end } = await start([true, false, false])
  const datum = {}
  supply.push(datum)
  expect(drains.map(({ taken }) => taken[0] === datum)).toEqual([true, false, true])
  await end()
})

test('the origin is shared: it is over when all lines have written', async () => {
  const { supply, drains, end } = await start([false, false])
  supply.push({})
  drains[0]?.flush()
  expect(supply.acknowledged).toBe(0)
  drains[1]?.flush()
  expect(supply.acknowledged).toBe(1)
  await end()
})

test('a line has stages, one end, and leads into no supply', () => {
  const { train } = testTrain()
  expect(() => new Line([])).toThrow('a line must have at least one stage: it has none')
  const line = new Line<unknown, unknown>([(n: number) => [n]])
  expect([line.isOpen, line.startsWithSupply, line.describe()]).toEqual([true, false, 'function'])
  const supplied = new Line<unknown, unknown>([new TestSupply(train, {})])
  expect(supplied.startsWithSupply).toBe(true)
  expect(() => line.to(supplied)).toThrow('nothing can lead into TestSupply: it is a supply')
  line.to(new Line([(n: number) => [n]]))
  expect(line.isOpen).toBe(false)
  expect(() => line.to(line)).toThrow('the line that begins with function has its end already')
})
