import { expect, test } from '@jest/globals'
import { Cog, type Bundle, type Turn } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { DeafDrain, lineOf, runTrain } from '../../support/engine-kit.js'

/** Bundles whatever comes, until it is told to give. */
class Sum extends Cog<number> {
  bundle: Bundle | null = null
  sum = 0

  turn(data: number): Turn<number> {
    this.bundle ??= this.train.bundle()
    this.bundle.add()
    this.sum += data
    return null
  }

  /** Its bundle, in whose place it begins another. */
  take(): Bundle | null {
    const { bundle } = this
    this.bundle = null
    return bundle
  }

  give(data: unknown = this.sum): void {
    this.bundle?.give(data)
    this.bundle = null
    this.sum = 0
  }

  override finish(): void {
    this.give()
  }
}

async function start() {
  let sum!: Sum
  const rig = await runTrain(({ train }) => [(sum = new Sum(train, {}))])
  return { ...rig, sum }
}

test('bundled events are renamed to the new one, and over when it is written', async () => {
  const { supply, drain, sum, train, end } = await start()
  supply.push(1, 2)
  supply.push(3)
  expect(sum.bundle?.size).toBe(3)
  sum.give()
  expect(drain.taken).toEqual([6])
  expect(drain.heard).toEqual(['t0>tm1', 't1>tm1', 't2>tm1'])
  expect(supply.acknowledged).toBe(0)
  drain.flush()
  expect(drain.heard.slice(3)).toEqual(['tm1'])
  expect(supply.acknowledged).toBe(3)
  expect(train.accounts()[1]).toEqual({
    ...{ cog: 'Sum', in: 3, split: 1, out: 1, swallowed: 0, merged: 3, held: 0, diverted: 0 },
  })
  await end()
})

test('null swallows them all: each event ends under its own name', async () => {
  const { supply, drain, sum, train, end } = await start()
  supply.push(1, 2)
  sum.give(null)
  expect(drain.heard).toEqual(['t0', 't1'])
  expect(supply.acknowledged).toBe(2)
  expect(train.accounts()[1]).toMatchObject({ in: 2, split: 0, out: 0, swallowed: 2, merged: 0, held: 0 })
  await end()
})

test('where nobody listens a bundle keeps each ticket open once, and makes no object for an event', async () => {
  const { train } = testTrain()
  const supply = new TestSupply<number>(train, {})
  const sum = new Sum(train, {})
  lineOf(train.line, supply, sum, new DeafDrain(train))
  const running = train.run({ signals: false })
  await turnOfNode()
  const tickets = [supply.push(1, 2, 3), supply.push(4)]
  expect(tickets.map(({ open, kids }) => [open, kids])).toEqual([
    [1, null],
    [1, null],
  ])
  expect(supply.acknowledged).toBe(0)
  sum.give()
  expect(supply.acknowledged).toBe(4)
  supply.close()
  await running
})

test('a bundle that fails on its way gives one dead letter, under the new name and without an original', async () => {
  let sum!: Sum
  const fail = (): never => {
    throw new Error('too much')
  }
  const { supply, dead, end } = await runTrain(({ train }) => [(sum = new Sum(train, {})), fail])
  supply.push(1, 2)
  sum.give()
  expect(dead).toMatchObject([{ id: 'tm1', data: 3, original: null, cog: 'fail' }])
  expect(supply.acknowledged).toBe(2)
  await end()
})

test('add outside of a turn is refused', async () => {
  const { supply, sum, end } = await start()
  supply.push(1)
  expect(() => sum.bundle?.add()).toThrow('add() outside of a turn')
  await end()
})

test('an empty bundle has nothing to swallow, and nothing that a datum could have come of', async () => {
  const { sum, drain, train, end } = await start()
  const bundle = sum['train'].bundle()
  bundle.give(null)
  expect(() => bundle.give(0)).toThrow('give() of an empty bundle')
  expect([drain.taken, train.accounts()[1]?.out]).toEqual([[], 0])
  await end()
})

test('a bundle goes through finish at the end', async () => {
  const { supply, drain, end } = await start()
  supply.push(20, 3)
  await end()
  expect(drain.taken).toEqual([23])
  expect(supply.acknowledged).toBe(2)
})

/** Puts each datum into two bundles; those of one cog may become one. */
class Twice extends Cog<number> {
  bundles: Bundle[] = []

  turn(): Turn<number> {
    if (this.bundles.length === 0) this.bundles = [this.train.bundle(), this.train.bundle()]
    const [first, second] = this.bundles as [Bundle, Bundle]
    first.add()
    second.share()
    return null
  }

  override finish(): void {
    for (const bundle of this.bundles) bundle.give(null)
  }
}

test.each([true, false])(
  'an event in two bundles is over when both results are written (listening: %s)',
  async (isListening) => {
    let twice!: Twice
    const rig = isListening ? await runTrain(({ train }) => [(twice = new Twice(train, {}))]) : null
    const { train } = rig ?? testTrain()
    const supply = rig?.supply ?? new TestSupply<number>(train, {})
    if (rig === null) {
      twice = new Twice(train, {})
      lineOf(train.line, supply, twice, new DeafDrain(train))
      void train.run({ signals: false })
      await turnOfNode()
    }
    supply.push(1, 2)
    expect(train.accounts()[1]).toMatchObject({ in: 2, split: 2, held: 4, swallowed: 0 })
    twice.bundles[0]?.give('a')
    rig?.drain.flush()
    expect(supply.acknowledged).toBe(0)
    twice.bundles[1]?.give('b')
    rig?.drain.flush()
    expect(supply.acknowledged).toBe(2)
    expect(train.accounts()[1]).toMatchObject({ in: 2, split: 4, merged: 4, out: 2, held: 0, swallowed: 0 })
    await train.stop()
  },
)

test('what was in another bundle moves into one, which gives all of it', async () => {
  const { supply, drain, sum, train, end } = await start()
  supply.push(1, 2)
  const first = sum.take() as Bundle
  supply.push(3)
  sum.bundle?.join(first)
  expect([first.size, sum.bundle?.size]).toEqual([0, 3])
  first.give(null)
  supply.push(4)
  sum.give('all')
  expect(drain.taken).toEqual(['all'])
  drain.flush()
  expect(supply.acknowledged).toBe(4)
  expect(train.accounts()[1]).toMatchObject({ in: 4, merged: 4, out: 1, held: 0 })
  await end()
})

test('nothing is kept where no run goes on', async () => {
  const { supply, sum, end } = await start()
  supply.push(1)
  expect(() => sum.bundle?.keep()).toThrow('keep() where no run will go on: give what is gathered')
  await end()
})
