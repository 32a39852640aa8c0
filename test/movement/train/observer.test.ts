import { performance } from 'node:perf_hooks'
import { expect, jest, test } from '@jest/globals'
import { Escapement, ManualClock, Train, one, ordered, silentLogger } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import type { Observer } from '../../../lib/movement/train/observer.js'
import { lineOf } from '../../support/engine-kit.js'
import { ListDrain, NumberSupply, type Numbered } from '../../support/crash-train/world.js'

async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await turnOfNode()
}

async function start(...stages: unknown[]) {
  const clock = new ManualClock()
  const written: Numbered[] = []
  const train = new Train(new Escapement({ clock }), { log: silentLogger })
  const supply = new NumberSupply(train, { count: 10_000 })
  lineOf(train.line, supply, ...stages, new ListDrain(train, written, { isOver: false }, { isEager: true }))
  const running = train.run({ signals: false })
  await settled()
  const observer = train.observer as Observer
  const end = async (): Promise<number[]> => {
    supply.endIt()
    await running
    return written.map(({ n }) => n)
  }
  return { train, clock, supply, observer, end }
}

const double = one(({ n }: Numbered) => ({ n: n * 2, part: '' }))

test('a tap hears what arrives at its place while it is on, and nothing before or after', async () => {
  const { supply, observer, end } = await start(double)
  const seen: [string, number][] = []
  supply.push(1)
  const stops = [1, 2].map((place) =>
    observer.tap(place, (data) => seen.push([place === 1 ? 'cog' : 'drain', (data as Numbered).n])),
  )
  supply.push(2)
  for (const stop of stops) stop()
  supply.push(1)
  expect(seen).toEqual([
    ['cog', 1],
    ['drain', 2],
    ['cog', 2],
    ['drain', 4],
  ])
  expect(await end()).toEqual([0, 2, 4, 6])
})

test('of many data a tap hears samples, and from the next slot on others', async () => {
  const { supply, observer, clock, end } = await start(double)
  let seen = 0
  observer.tap(1, () => seen++)
  supply.push(5000)
  const first = seen
  supply.push(1000)
  expect([first < 5000, seen]).toEqual([true, first])
  clock.advance(100)
  await settled()
  supply.push(1)
  expect(seen).toBe(first + 1)
  expect((await end()).length).toBe(6001)
})

test('accounts and order stay right while the engines are exchanged, also of what is under way', async () => {
  const waiting: (() => void)[] = []
  const slow = ordered(async (data: Numbered) => {
    await new Promise<void>((resolve) => waiting.push(resolve))
    return [data]
  })
  const { train, supply, observer, end } = await start(slow)
  supply.push(2)
  const stop = observer.measure()
  supply.push(2)
  await settled()
  for (const go of waiting.splice(0).reverse()) go()
  await settled()
  stop()
  supply.push(1)
  for (const go of waiting.splice(0)) go()
  await settled()
  const accounts = train.accounts()
  expect(await end()).toEqual([0, 1, 2, 3, 4])
  expect(accounts.map((account) => [account.in, account.out, account.held])).toEqual([
    [5, 5, 0],
    [5, 5, 0],
    [5, 5, 0],
  ])
})

test('what a datum takes at a place is its own time, not that of those behind it', async () => {
  let nowMs = 1000
  const now = jest.spyOn(performance, 'now').mockImplementation(() => nowMs)
  const take = (ms: number) =>
    one((data: Numbered) => {
      nowMs += ms
      return data
    })
  const { supply, observer, end } = await start(take(1), take(4), take(16))
  expect(observer.nsAt(2)).toBe(0)
  const stop = observer.measure()
  supply.push(5)
  stop()
  now.mockRestore()
  expect([1, 2, 3].map((place) => observer.nsAt(place))).toEqual([1e6, 4e6, 16e6])
  supply.push(1)
  expect((await end()).length).toBe(6)
})

test('to stop twice stops once', async () => {
  const { supply, observer, end } = await start(double)
  const stop = observer.measure()
  let seen = 0
  observer.tap(1, () => seen++)
  stop()
  stop()
  supply.push(1)
  expect(seen).toBe(1)
  await end()
})

test('what fails while somebody looks on is a dead letter that can be tapped, too', async () => {
  const written: unknown[] = []
  const train = new Train(new Escapement({ clock: new ManualClock() }), { log: silentLogger })
  const supply = new NumberSupply(train, { count: 10 })
  const fails = one((): Numbered => {
    throw new Error('fails')
  })
  lineOf(train.line, supply, fails, new ListDrain(train, [], { isOver: false }, {}))
  train.deadLettersTo(({ data }) => [data], new ListDrain(train, written, { isOver: false }, {}))
  const running = train.run({ signals: false })
  await settled()
  let seen = 0
  train.observer?.tap(3, () => seen++)
  supply.push(2)
  supply.endIt()
  await running
  expect([seen, written.length]).toEqual([2, 2])
})
