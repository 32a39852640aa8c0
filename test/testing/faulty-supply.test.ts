import { expect, test } from '@jest/globals'
import { FaultySupply, collect, testTrain, type FaultySupplyOptions } from '../../lib/testing/index.js'

const DATA = Array.from({ length: 50 }, (_, n) => n)

async function run(options: Partial<FaultySupplyOptions<number>> = {}) {
  const { train, clock, esc } = testTrain()
  const supply = new FaultySupply(train, { data: DATA, ...options })
  const all = collect<number>(train)
  const times: number[] = []
  train.line(supply, (n: number) => (times.push(clock.now()), [n]), all)
  let error: unknown = null
  let isOver = false
  const running = train.run({ signals: false }).catch((thrown: unknown) => (error = thrown))
  void running.then(() => (isOver = true))
  await new Promise((resolve) => setImmediate(resolve))
  await clock.runUntilIdle()
  const ended = isOver as boolean
  await train.stop()
  await running
  esc.close()
  return { got: all.data, acknowledged: supply.acknowledged, times, error: error as Error | null, ended }
}

test('all arrives once and in order, in chunks and with pauses that only depend on the seed', async () => {
  const [one, again, other] = [await run({ seed: 7 }), await run({ seed: 7 }), await run({ seed: 8 })]
  expect([one.got, one.acknowledged, one.ended, one.error]).toEqual([DATA, DATA, true, null])
  expect(one.times).toEqual(again.times)
  expect(one.times).not.toEqual(other.times)
  expect(new Set(one.times).size).toBeGreaterThan(5)
})

test('it fails the train where it is told to', async () => {
  const { got, error } = await run({ failAfter: { count: 20, error: new Error('cable') } })
  expect([got, error?.message]).toEqual([DATA.slice(0, 20), 'cable'])
})

test('it falls silent where it is not to end', async () => {
  const { got, ended } = await run({ ends: false })
  expect([got, ended]).toEqual([DATA, false])
})

test('impossible options are refused', () => {
  const { train } = testTrain()
  expect(() => new FaultySupply(train, { data: [], chunkMax: 0 })).toThrow('chunkMax must be at least 1: it is 0')
  expect(() => new FaultySupply(train, { data: [], pauseMs: -1 })).toThrow('pauseMs must be at least 0: it is -1')
})
