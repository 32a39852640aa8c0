import { expect, test } from '@jest/globals'
import { IntervalSupply, type IntervalOptions, type Tick } from '../../cogs/interval-supply.js'
import { itemSetter, silentLogger, Train } from '../../lib/movement/index.js'
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

/** One after the other on one escapement, each taking over from the one before at the given times. */
async function reload(options: IntervalOptions<Tick>, ...atMs: number[]) {
  const { train: first, clock, esc } = testTrain()
  const outputs: unknown[] = []
  const make = (train: Train): Promise<void> => {
    train.line(new IntervalSupply<Tick>(train, options))
    train.onOutput((data) => outputs.push(data))
    return Promise.resolve()
  }
  await make(first)
  let train = first
  let running = train.run({ signals: false })
  await esc.waitIdle()
  let nowMs = 0
  for (const at of atMs) {
    clock.advance(at - nowMs)
    nowMs = at
    const heir = new Train(esc, { log: silentLogger })
    await make(heir)
    await train.leaveTo(heir)
    await running
    train = heir
    running = train.run({ signals: false })
    await esc.waitIdle()
  }
  const end = async () => {
    await train.stop()
    await running
    esc.close()
  }
  return { clock, outputs, running, end }
}

test('a reload doesn’t put off the next datum, and the count goes on', async () => {
  const { clock, outputs, end } = await reload({ periodMs: 1000 }, 900, 1800, 2700)
  clock.advance(1300)
  expect(outputs).toMatchObject([1, 2, 3, 4].map((n) => ({ count: n, timeMs: START + n * 1000, missed: 0 })))
  await end()
})

test('a reload doesn’t begin to count anew', async () => {
  const { clock, outputs, running } = await reload({ periodMs: 1000, count: 2 }, 1500)
  clock.advance(500)
  await running
  expect(outputs).toMatchObject([{ count: 1 }, { count: 2 }])
})
