import { expect, test } from '@jest/globals'
import { Escapement, one, ordered, unordered } from '../../../lib/movement/index.js'
import { placeOf } from '../../../lib/movement/chain/place.js'
import { CheckTrain } from '../../../lib/testing/check/check-train.js'
import { Faults } from '../../../lib/testing/check/faults.js'
import { delayed, makeStages, nameOf, watchTurns } from '../../../lib/testing/check/stages.js'
import { TestSupply } from '../../../lib/testing/index.js'
import { ManualDrain } from '../../support/engine-kit.js'
import { AsyncWait, Wait } from './cogs.js'

const world = { later: () => Promise.resolve() }
const start = () => new CheckTrain(new Escapement(), {}, new Faults())

test('one stage or several may be made, but no supply and no drain', () => {
  const train = start()
  const pass = one((n: number) => n)
  expect(makeStages(() => pass, train, world)).toEqual([pass])
  expect(makeStages(() => [pass, pass], train, world)).toEqual([pass, pass])
  const rule = 'make must give a cog, a function or a list of them'
  expect(() => makeStages(() => [], train, world)).toThrow(`${rule}: it gave nothing`)
  expect(() => makeStages(() => [pass, new TestSupply(train, {})], train, world)).toThrow(
    `${rule}: it gave "TestSupply"`,
  )
  expect(() => makeStages(() => new ManualDrain(train), train, world)).toThrow(`${rule}: it gave "ManualDrain"`)
})

test('only the turns of cogs that may hold are seen', () => {
  const train = start()
  const [wait, asynchronous] = makeStages(() => [new Wait(train, {}), new AsyncWait(train, {})], train, world)
  watchTurns([wait!, asynchronous!], train)
  expect([wait, asynchronous].map((stage) => train.spies.get(stage!)?.isWatching)).toEqual([true, false])
})

test('a delayed stage is what it was, but for the time it takes', async () => {
  const kept: (() => void)[] = []
  const slow = { later: () => new Promise<void>((resolve) => kept.push(resolve)) }
  const train = start()
  const named = unordered(Object.defineProperty(async (n: number) => [await Promise.resolve(n)], 'name', { value: 'named' }), { concurrencyMax: 3 }) // prettier-ignore
  for (const stage of [
    named,
    ordered((n: number) => Promise.resolve([n])),
    new AsyncWait(train, {}),
    async (n: number) => [await Promise.resolve(n)],
  ]) {
    const { name, kind, async } = placeOf(stage)
    expect(placeOf(delayed(stage, slow))).toMatchObject({ name, kind, async })
  }
  let given: unknown = null
  const late = delayed(named, slow) as (n: number) => Promise<number[]>
  void late(7).then((list) => (given = list))
  for (let i = 0; i < 5; i++) await Promise.resolve()
  expect(given).toBeNull()
  kept.pop()?.()
  for (let i = 0; i < 5; i++) await Promise.resolve()
  expect(given).toEqual([7])
})

test('what gives at once is not delayed', () => {
  const pass = one((n: number) => n)
  expect(delayed(pass, world)).toBe(pass)
  const sometimes = delayed(
    unordered((n: number) => [n]),
    world,
  ) as (n: number) => unknown
  expect(sometimes(7)).toEqual([7])
  expect(nameOf(pass)).toBe('function')
})
