import { expect, test } from '@jest/globals'
import type { LineMaker } from '../../../lib/movement/chain/line-maker.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'

test('types are followed through as many as sixteen stages', async () => {
  const { train } = testTrain()
  const supply = new TestSupply<number>(train, {})
  const next = (n: number): number[] => [n + 1]
  const line: LineMaker = train.line
  const long = line(supply, next, next, next, next, next, next, next, next, next, next, next, next, next, next, (n) => [
    `${n.toFixed(0)}!`,
  ])
  long.to(line((text) => [text.length])) // A longer one is made of several.
  const lengths: number[] = []
  train.onOutput((n: number) => lengths.push(n))
  const running = train.run({ signals: false })
  await turnOfNode()
  supply.push(0)
  supply.close()
  await running
  expect(lengths).toEqual([3])
})

test('a stage that does not fit is refused wherever it stands', () => {
  const { train } = testTrain()
  const supply = new TestSupply<number>(train, {})
  const next = (n: number): number[] => [n + 1]
  const text = (s: string): string[] => [s]
  // @ts-expect-error -- the third takes texts
  train.line(supply, next, text, text, text)
  // @ts-expect-error -- the last takes texts
  train.line(supply, next, next, next, next, next, next, next, next, next, next, next, next, next, next, text)
  expect(supply.paused).toBe(false)
})
