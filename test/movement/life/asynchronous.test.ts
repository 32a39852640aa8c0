import { expect, test } from '@jest/globals'
import { Cog, ordered, unordered, type Turn } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { runTrain } from '../../support/engine-kit.js'

/** Look-ups that the test answers by their number. */
class Lookups {
  readonly begun: number[] = []
  readonly #answers = new Map<number, { resolve: (data: unknown) => void; reject: (error: Error) => void }>()

  readonly ask = (n: number): Promise<number[]> => {
    this.begun.push(n)
    return new Promise((resolve, reject) => {
      this.#answers.set(n, { resolve: resolve as (data: unknown) => void, reject })
    })
  }

  async answer(n: number, results: unknown = [n]): Promise<void> {
    this.#answers.get(n)?.resolve(results)
    await turnOfNode()
  }

  async fail(n: number): Promise<void> {
    this.#answers.get(n)?.reject(new Error(`no ${n}`))
    await turnOfNode()
  }
}

async function start(cog: (lookups: Lookups) => unknown) {
  const lookups = new Lookups()
  const rig = await runTrain(() => [cog(lookups)])
  return { ...rig, lookups }
}

test('an async function keeps the order of its data', async () => {
  const { supply, drain, lookups, end } = await start(
    ({ ask }) =>
      async (n: number) =>
        ask(n),
  )
  supply.push(1, 2, 3)
  await lookups.answer(3)
  await lookups.answer(1)
  expect(drain.taken).toEqual([1])
  await lookups.answer(2, [2, 2])
  expect(drain.taken).toEqual([1, 2, 2, 3])
  await end()
})

test('an unordered cog lets results leave as they come', async () => {
  const { supply, drain, lookups, end } = await start(({ ask }) => unordered(ask))
  supply.push(1, 2, 3)
  await lookups.answer(3)
  await lookups.answer(1, null)
  await lookups.answer(2)
  expect(drain.taken).toEqual([3, 2])
  await end()
})

test('order kept, a result that is there at once waits behind those that are not', async () => {
  const { supply, drain, lookups, train, end } = await start(({ ask }) =>
    ordered((n: number) => (n > 1 ? [n] : ask(n))),
  )
  supply.push(5)
  expect(drain.taken).toEqual([5])
  supply.push(1, 2, 3)
  expect(drain.taken).toEqual([5])
  expect(train.accounts()[1]).toMatchObject({ in: 4, out: 1, held: 3, swallowed: 0 })
  await lookups.answer(1)
  expect(drain.taken).toEqual([5, 1, 2, 3])
  await end()
})

test.each([
  ['ordered', ordered],
  ['unordered', unordered],
])('%s: no more turns than concurrencyMax are under way', async (_name, wrap) => {
  const { supply, drain, lookups, end } = await start(({ ask }) => wrap(ask, { concurrencyMax: 2 }))
  supply.push(1, 2, 3, 4)
  expect(lookups.begun).toEqual([1, 2])
  await lookups.answer(1)
  expect(lookups.begun).toEqual([1, 2, 3])
  await lookups.fail(2)
  expect(lookups.begun).toEqual([1, 2, 3, 4])
  await lookups.answer(3)
  await lookups.answer(4)
  expect(drain.taken).toEqual([1, 3, 4])
  await end()
})

test('a rejected promise is that datum’s failure, and the others go on', async () => {
  const { supply, drain, dead, lookups, end } = await start(({ ask }) => ordered(ask))
  supply.push(1, 2)
  await lookups.answer(2)
  await lookups.fail(1)
  expect(drain.taken).toEqual([2])
  expect(dead).toMatchObject([{ cog: 'ask', id: 't0', data: 1 }])
  await end()
  expect(supply.acknowledged).toBe(2)
})

test('what throws before its first await is a failure as well, at once or later', async () => {
  const { supply, dead, lookups, end } = await start(({ ask }) =>
    unordered(
      (n: number) => {
        if (n > 1) throw new Error('too large')
        return ask(n)
      },
      { concurrencyMax: 1 },
    ),
  )
  supply.push(2)
  supply.push(1, 3)
  expect(dead).toMatchObject([{ data: 2 }])
  await lookups.answer(1)
  expect(dead).toMatchObject([{ data: 2 }, { data: 3, id: 't2' }])
  await end()
})

test('a turn that had to wait may still ask for the id of its event', async () => {
  const ids: string[] = []
  const lookups = new Lookups()
  class Asks extends Cog<number> {
    override readonly concurrencyMax = 1

    turn(data: number): Turn<number> {
      ids.push(`${this.train.id()} ${data}`)
      return lookups.ask(data)
    }
  }
  const { supply, end } = await runTrain(({ train }) => [new Asks(train, {})])
  supply.push(10, 11)
  expect(ids).toEqual(['t0 10'])
  await lookups.answer(10)
  expect(ids).toEqual(['t0 10', 't1 11'])
  await lookups.answer(11)
  await end()
})

test('a foreign promise that throws, or settles twice, does no harm', async () => {
  const throwing = {
    then: () => {
      throw new Error('broken')
    },
  }
  const eager = {
    then: (resolve: (data: number[]) => void) => {
      resolve([7])
      resolve([8])
    },
  }
  const { supply, drain, dead, train, end } = await start(() =>
    ordered((n: number) => (n === 1 ? throwing : eager) as never),
  )
  supply.push(1, 2)
  await turnOfNode()
  expect(drain.taken).toEqual([7])
  expect(dead).toMatchObject([{ data: 1 }])
  expect(train.accounts()[1]).toMatchObject({ in: 2, out: 1, held: 0, diverted: 1 })
  await end()
})

test('a promise of a string is a TypeError', async () => {
  const { supply, dead, lookups, end } = await start(({ ask }) => unordered(ask))
  supply.push(1)
  await lookups.answer(1, 'text')
  expect(dead[0]?.error.cause).toBeInstanceOf(TypeError)
  await end()
})

test('thousands may wait, order kept', async () => {
  const count = 10_000
  const { supply, drain, end } = await start(() => ordered(async (n: number) => Promise.resolve([n])))
  supply.push(...Array.from({ length: count }, (_, n) => n))
  await end()
  expect(drain.taken).toEqual(Array.from({ length: count }, (_, n) => n))
})
