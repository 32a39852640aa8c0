import { expect, test } from '@jest/globals'
import { IntervalSupply, type IntervalOptions, type Tick } from '../../cogs/interval-supply.js'
import { itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

const START = Date.UTC(2026, 0, 1)

async function start(options: IntervalOptions<Tick> = {}) {
  const { train, clock, esc } = testTrain()
  const outputs: unknown[] = []
  const supply = new IntervalSupply<Tick>(train, options)
  train.line(supply)
  train.onOutput((data) => outputs.push(data))
  const running = train.run({ signals: false })
  await esc.waitIdle()
  const end = async () => {
    await train.stop()
    await running
    esc.close()
  }
  return { clock, supply, outputs, running, end }
}

test('gives a datum every period', async () => {
  const { clock, outputs, end } = await start({ periodMs: 1000 })
  clock.advance(999)
  expect(outputs).toEqual([])
  clock.advance(2001)
  expect(outputs).toEqual([
    { count: 1, timeMs: START + 1000, missed: 0 },
    { count: 2, timeMs: START + 2000, missed: 0 },
    { count: 3, timeMs: START + 3000, missed: 0 },
  ])
  await end()
})

test('gives data at the times of a cron pattern', async () => {
  const { clock, outputs, end } = await start({ cron: '*/5 * * * *' })
  clock.advance(11 * 60_000)
  expect(outputs).toMatchObject([{ timeMs: START + 300_000 }, { timeMs: START + 600_000 }])
  await end()
})

test('ends after so many', async () => {
  const { clock, outputs, running } = await start({ periodMs: 10, count: 2 })
  clock.advance(1000)
  await running
  expect(outputs).toHaveLength(2)
})

test('leaves out what would come while the train is full, and tells how many', async () => {
  const { clock, outputs, supply, end } = await start({ periodMs: 10 })
  supply.pause()
  clock.advance(30)
  supply.resume()
  clock.advance(20)
  expect(outputs).toMatchObject([
    { count: 1, missed: 3 },
    { count: 2, missed: 0 },
  ])
  await end()
})

test('sets an id', async () => {
  const { clock, outputs, end } = await start({ periodMs: 10, idSetter: itemSetter('id') })
  clock.advance(10)
  expect(outputs).toMatchObject([{ id: 't0', count: 1 }])
  await end()
})

test('refuses settings that make no sense', async () => {
  await expect(start({ periodMs: 0 })).rejects.toThrow(/periodMs must be at least 1/)
  await expect(start({ count: 0 })).rejects.toThrow(/count must be at least 1/)
})
