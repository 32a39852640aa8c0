import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { Cog, keepIf, one, ordered, unordered, type Hold, type Turn } from '../../lib/movement/index.js'
import { checkCog, TestSupply, type CheckWorld, type CogCheckError, type MakeCog } from '../../lib/testing/index.js'
import { AsyncWait, Gather, ITEMS, Pairs, Recall, Third, Twice, Wait, type Item } from './check/cogs.js'

const waiting = ({ later }: CheckWorld, isOrdered: boolean) =>
  (isOrdered ? ordered : unordered)(
    async (data: Item) => {
      await later()
      return [data, { ...data }]
    },
    { concurrencyMax: 3 },
  )

test.each<[string, MakeCog]>([
  ['a function', () => (data: Item) => (data.n % 2 === 0 ? [data, { ...data }] : null)],
  ['one()', () => one((data: Item) => ({ ...data }))],
  ['keepIf()', () => keepIf((data: Item) => data.n > 3)],
  ['a generator', () => function* (data: Item) { for (let i = 0; i < data.n % 3; i++) yield { ...data } }], // prettier-ignore
  ['an async function', () => async (data: Item) => [await Promise.resolve(data)]],
  ['an ordered cog', (_, world) => waiting(world, true)],
  ['an unordered cog', (_, world) => waiting(world, false)],
  ['an asynchronous class', (train) => new AsyncWait(train, {})],
  ['one that waits', (train) => new Wait(train, {})],
  ['one that shares', (train) => new Twice(train, {})],
  ['one that gathers', (train) => new Gather(train, {})],
  ['one that gathers and remembers it', (train) => new Recall(train, {})],
  ['one that merges', (train) => new Pairs(train, {})],
  ['one that fails now and then', (train) => new Third(train, {})],
  [
    'several behind each other',
    (train, world) => [waiting(world, false), new Wait(train, {}), new Pairs(train, {}), new Gather(train, {})],
  ],
])('%s keeps its promises', async (_name, make) => {
  const { runs, out } = await checkCog(make, ITEMS, { runs: 36 })
  expect([runs, out > 36]).toEqual([36, true])
})

/** Exchanges texts between two events. */
class Swap extends Cog<string> {
  private first: Hold<string> | null = null

  turn(data: string): Turn<string> {
    const { first } = this
    this.first = first === null ? this.train.hold(data) : null
    if (first === null) return null
    this.train.resume(first, [data])
    return [first.data]
  }

  override finish(): void {
    if (this.first !== null) this.train.resume(this.first, null)
  }
}

const failure = async (checking: Promise<unknown>): Promise<CogCheckError> =>
  await checking.then(() => Promise.reject(new Error('it passed')), (error: unknown) => error as CogCheckError) // prettier-ignore

test("that a text is another event's only the caller can tell", async () => {
  const make: MakeCog = (train) => new Swap(train, {})
  await checkCog(make, ['a', 'b', 'c'])
  const checking = checkCog(make, ['a', 'b', 'c'], { cameOf: (output: string, input: string) => output === input })
  await expect(checking).rejects.toThrow('Swap gives data of another event: "b" goes on as what came of "a"')
})

test('a fault names its seed, which shows the same fault again', async () => {
  const make: MakeCog = () => one(({ n }: Item) => (n === 11 ? [n][1]! : n))
  const cameOf = (output: unknown) => output !== undefined
  const { seed, faults, message, code } = await failure(checkCog(make, ITEMS, { seed: 5, cameOf }))
  expect([code, seed >= 5, message.includes(`{ seed: ${seed}, runs: 1 }`)]).toEqual(['ERR_COG_CHECK', true, true])
  expect((await failure(checkCog(make, ITEMS, { seed, runs: 1, cameOf }))).faults).toEqual(faults)
})

test('data that cannot be copied are made anew for each run, and copied ones stay as they are', async () => {
  const change = () => one((data: Item) => Object.assign(data, { n: data.n + 1 }))
  await checkCog(change, ITEMS, { runs: 3 })
  expect(ITEMS[0]).toEqual({ n: 0 })
  const make = () => one(({ host }: URL) => host)
  const data = () => [new URL('https://a.example')]
  expect(await checkCog(make, data, { runs: 1, seed: 2 })).toEqual({ runs: 1, out: 1, failed: 0 })
  await expect(checkCog(make, data())).rejects.toThrow('there is one of the class URL; give a function that makes them')
})

test('what asks the system is waited for, and others as long as is said', async () => {
  const reading: MakeCog = () => unordered(async (name: string) => [(await readFile(name)).length])
  expect((await checkCog(reading, ['package.json', 'none'], { runs: 4 })).failed).toBeGreaterThan(0)
  const slow: MakeCog = () =>
    unordered((n: number) => new Promise<number[]>((resolve) => setTimeout(() => resolve([n]), 20)))
  await expect(checkCog(slow, [1])).rejects.toThrow('function still holds 1 data after its finish')
  expect((await checkCog(slow, [1, 2, 3], { runs: 12, waitMs: 5000 })).out).toBeGreaterThan(0)
})

test('data that fail are counted', async () => {
  expect(await checkCog((train) => new Third(train, {}), ITEMS, { runs: 1, seed: 3 })).toMatchObject({ failed: 4 })
})

test.each(['batch', 'batchBytes'])('%s() must give what turn() gives', async (form) => {
  class Words extends Cog<string> {
    constructor(train: ConstructorParameters<typeof Cog>[0], batch: (list: string[]) => string[]) {
      super(train, {})
      Object.assign(this, { [form]: (text: string | Buffer) => batch(String(text).split('\n')) })
    }

    turn(data: string): Turn<string> {
      return [data]
    }
  }
  const data = ['a', 'b', 'c']
  await checkCog((train) => new Words(train, (list) => list), data)
  const loud = checkCog((train) => new Words(train, (list) => list.map((word) => word.toUpperCase())), data)
  await expect(loud).rejects.toThrow(
    /^Words gives something else by batch\(\) than by turn\(\): of the outputs, 'a', 'b', 'c' are lost, 'A', 'B', 'C' are too many/,
  )
  const short = checkCog((train) => new Words(train, (list) => list.slice(1)), data)
  await expect(short).rejects.toThrow(/^Words has an untrue account/)
})

test('only cogs can be checked, and at least once', async () => {
  await expect(checkCog(() => [], [1])).rejects.toThrow(
    'make must give a cog, a function or a list of them: it gave nothing',
  )
  await expect(checkCog((train) => new TestSupply(train, {}), [1])).rejects.toThrow('it gave "TestSupply"')
  await expect(checkCog(() => one((n: number) => n), [1], { runs: 0 })).rejects.toThrow(
    'runs must be at least 1: it is 0',
  )
})
