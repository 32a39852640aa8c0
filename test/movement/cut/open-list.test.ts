import { expect, test } from '@jest/globals'
import { Cog, type Hold, type Json, type Turn } from '../../../lib/movement/index.js'
import { CannotCut, hasSnapshot, OpenLister, type OpenList } from '../../../lib/movement/cut/open-list.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain } from '../../../lib/testing/index.js'
import { lineOf } from '../../support/engine-kit.js'
import { Gather, ListDrain, NumberSupply, Recall, type Numbered } from '../../support/crash-train/world.js'

/** Holds whatever comes. */
class Keep extends Cog<Numbered, Numbered, { times?: number }> {
  readonly holds: Hold<Numbered>[] = []

  turn(data: Numbered): Turn<Numbered> {
    for (let i = this.options.times ?? 1; i > 0; i--) this.holds.push(this.train.hold(data))
    return null
  }

  giveBack(count = Infinity): void {
    for (const hold of this.holds.splice(0, count)) this.train.resume(hold, [hold.data])
  }
}

/** Counts, and remembers the number. */
class Count extends Cog<Numbered> {
  count = 0

  turn(data: Numbered): Turn<Numbered> {
    this.count++
    return [data]
  }

  override snapshot(): Json {
    return this.count
  }
}

async function start(stages: (rig: ReturnType<typeof testTrain>) => readonly unknown[]) {
  const rig = testTrain()
  const { train } = rig
  const supply = new NumberSupply(train, { count: 100 })
  lineOf(train.line, supply, ...stages(rig), new ListDrain(train, [], { isOver: false }))
  void train.run({ signals: false })
  await turnOfNode()
  const { journey } = train
  if (journey === null) throw new Error('it does not run')
  const list = (): OpenList => new OpenLister(train.wind(), journey).list()
  return { ...rig, supply, list }
}

test('whole events are listed by their origins, each once, their numbers ascending', async () => {
  const { supply, list } = await start(({ train }) => [new Keep(train, {})])
  supply.push(2)
  supply.push(3)
  expect(list()).toEqual({
    origins: [
      { supply: 'NumberSupply', origin: 0, ks: [0, 1] },
      { supply: 'NumberSupply', origin: 2, ks: [0, 1, 2] },
    ],
    values: [],
  })
})

test('parts of which others have gone on are listed by value, with the cog that holds them', async () => {
  const { supply, list } = await start(({ train }) => {
    const keep = new Keep(train, {})
    const keepB = (data: Numbered): Turn<Numbered> => (data.part === 'b' ? keep.turn(data) : [data])
    return [(d: Numbered) => [d, { ...d, part: 'b' }], keepB]
  })
  supply.push(1)
  expect(list()).toEqual({ origins: [], values: [{ cog: 'keepB', data: { n: 0, part: 'b' } }] })
})

test('parts that were made of an event that had been held are listed by value, too', async () => {
  let first!: Keep
  const { supply, list } = await start(({ train }) => {
    const second = new Keep(train, {})
    const keepA = (data: Numbered): Turn<Numbered> => (data.part === 'a' ? second.turn(data) : [data])
    first = new Keep(train, {})
    return [
      first,
      (d: Numbered) => [
        { ...d, part: 'a' },
        { ...d, part: 'b' },
      ],
      keepA,
      new Recall(train, { size: 10 }),
    ]
  })
  supply.push(1)
  expect(list()).toMatchObject({ origins: [{ origin: 0, ks: [0] }], values: [] })
  first.giveBack()
  expect(list()).toEqual({ origins: [], values: [{ cog: 'keepA', data: { n: 0, part: 'a' } }] })
})

test('what one turn holds twice is listed by value once one of both has gone on', async () => {
  let twice!: Keep
  const { supply, list } = await start(({ train }) => {
    twice = new Keep(train, { times: 2 })
    return [twice, new Recall(train, { size: 10 })]
  })
  supply.push(1)
  twice.giveBack(1)
  expect(list()).toEqual({ origins: [], values: [{ cog: 'Keep', data: { n: 0, part: '' } }] })
})

test('what is held behind a cog with a snapshot is listed by value: supplied again it would be counted twice', async () => {
  const { supply, list } = await start(({ train }) => [new Count(train, {}), new Keep(train, {})])
  supply.push(1)
  expect(list()).toEqual({ origins: [], values: [{ cog: 'Keep', data: { n: 0, part: '' } }] })
})

test('what is listed by value says what it came of, if its supply can find the originals again', async () => {
  const { supply, list } = await start(({ train }) => [new Count(train, {}), new Keep(train, {})])
  Object.assign(supply, { originAgain: () => 0 })
  supply.push(2)
  supply.push(1)
  expect(list()).toEqual({
    origins: [],
    values: [
      { cog: 'Keep', data: { n: 0, part: '' }, from: [0, 0] },
      { cog: 'Keep', data: { n: 1, part: '' }, from: [0, 1] },
      { cog: 'Keep', data: { n: 2, part: '' }, from: [1, 0] },
    ],
    sources: [
      { supply: 'NumberSupply', origin: 0 },
      { supply: 'NumberSupply', origin: 2 },
    ],
  })
})

test('what is gathered is listed by its origins, unless it belongs to a snapshot', async () => {
  const gathered = await start(({ train }) => [new Gather(train, { size: 10 })])
  gathered.supply.push(3)
  expect(gathered.list().origins).toEqual([{ supply: 'NumberSupply', origin: 0, ks: [0, 1, 2] }])
  const recalled = await start(({ train }) => [new Recall(train, { size: 10 })])
  recalled.supply.push(3)
  expect(recalled.list()).toEqual({ origins: [], values: [] })
})

test('what became one of many is listed by the origins of all of them', async () => {
  let keep!: Keep
  const { supply, list } = await start(({ train }) => [new Gather(train, { size: 3 }), (keep = new Keep(train, {}))])
  supply.push(2)
  supply.push(2)
  expect(keep.holds.length).toBe(1)
  expect(list().origins).toEqual([
    { supply: 'NumberSupply', origin: 0, ks: [0, 1] },
    { supply: 'NumberSupply', origin: 2, ks: [0, 1] },
  ])
})

test('a gathered part without a snapshot can be brought back by nothing, and is said so', async () => {
  const { supply, list } = await start(({ train }) => [
    (d: Numbered) => [d, { ...d, part: 'b' }],
    new Gather(train, { size: 10 }),
  ])
  supply.push(1)
  expect(list).toThrow(CannotCut)
  expect(list).toThrow('Gather has gathered parts of events and has no snapshot()')
})

test('a held part that is no JSON is said, with its cog', async () => {
  const { supply, list } = await start(({ train }) => [
    new Count(train, {}),
    (d: Numbered) => [{ ...d, at: new Date(0) }],
    new Keep(train, {}),
  ])
  supply.push(1)
  expect(list).toThrow("Keep holds a part of an event that can't be written as JSON")
})

test('a snapshot is a method of that name', () => {
  expect([hasSnapshot({ snapshot: () => 1 }), hasSnapshot({}), hasSnapshot(null)]).toEqual([true, false, false])
})
