import { expect, test } from '@jest/globals'
import { TestSupply, collect, testTrain } from '../../lib/testing/index.js'

test('it keeps what comes, in order, and tells when it is so many', async () => {
  const { train } = testTrain()
  const supply = new TestSupply<number>(train, {})
  const all = collect<number>(train)
  train.line(supply, (n: number) => [n * 2], all)
  const running = train.run({ signals: false, onStarted: () => supply.push(1, 2) })
  expect(await all.count(2)).toEqual([2, 4])
  const four = all.count(4)
  supply.push(3)
  supply.push(4)
  expect(await four).toEqual([2, 4, 6, 8])
  supply.close()
  await running
  expect(supply.acknowledged).toBe(4)
})
