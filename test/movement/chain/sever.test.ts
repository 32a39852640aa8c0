import { expect, test } from '@jest/globals'
import type { CutEnds } from '../../../lib/movement/chain/cut-stage.js'
import { ManualDrain } from '../../support/engine-kit.js'
import { TestSupply, testTrain } from '../../../lib/testing/index.js'
import type { Train, TrainOptions } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'

const double = (n: number) => [n * 2]
const negate = (n: number) => [-n]

/** A train that is cut as `sides` says; `compose` couples it. */
async function start(
  sides: Record<string, 'before' | 'after'>,
  compose: (train: Train, supply: TestSupply<number>) => void,
) {
  let end!: ManualDrain
  const beginnings: TestSupply<unknown>[] = []
  const cuts = (train: Train): CutEnds => {
    end = new ManualDrain(train)
    const at: CutEnds['at'] = ({ name, partitions = 1 }) => {
      if (sides[name] === 'before') return { end }
      if (sides[name] === undefined) return null
      for (let i = 0; i < partitions; i++) beginnings.push(new TestSupply(train, {}))
      return { beginnings }
    }
    return { names: Object.keys(sides), at }
  }
  const rig = testTrain({ cuts: cuts as NonNullable<TrainOptions['cuts']> })
  const supply = new TestSupply<number>(rig.train, {})
  const outputs: unknown[] = []
  rig.train.onOutput((data: unknown) => outputs.push(data))
  compose(rig.train, supply)
  const running = rig.train.run({ signals: false })
  running.catch(() => undefined)
  await turnOfNode()
  const stop = () => rig.train.stop().then(() => running)
  // Without the line of dead letters.
  const places = () =>
    rig.train
      .accounts()
      .map(({ cog }) => cog)
      .slice(0, -2)
  return { ...rig, supply, end, beginnings, outputs, running, stop, places }
}

const plain = (train: Train, supply: TestSupply<number>) => {
  train.line(supply, double, train.cut('middle'), negate)
}

test('a train that is not cut is whole, and the cut is nothing', async () => {
  const { supply, outputs, places, stop } = await start({}, plain)
  supply.push(1, 2)
  expect(outputs).toEqual([-2, -4])
  expect(places()).toEqual(['TestSupply', 'double', 'cut(middle)', 'negate', 'Outlet#1'])
  await stop()
})

test('of two parts each has its own half, and what came over the cut is told once it is over', async () => {
  const first = await start({ middle: 'before' }, plain)
  first.supply.push(1, 2)
  expect([first.end.taken, first.supply.acknowledged]).toEqual([[2, 4], 0])
  first.end.flush()
  expect(first.supply.acknowledged).toBe(2)
  expect(first.places()).toEqual(['TestSupply', 'double', 'ManualDrain'])
  await first.stop()
  const second = await start({ middle: 'after' }, plain)
  second.beginnings[0]?.push(2, 4)
  expect(second.outputs).toEqual([-2, -4])
  expect(second.places()).toEqual(['TestSupply', 'cut(middle)', 'negate', 'Outlet#1'])
  await second.stop()
})

test('several beginnings lead into one half, and a part may lie between two cuts', async () => {
  const compose = (train: Train, supply: TestSupply<number>) => {
    train.line(supply, train.cut('a', { keyGetter: () => 0, partitions: 2 }), double, train.cut('b'), negate)
  }
  const { beginnings, end, places, stop } = await start({ a: 'after', b: 'before' }, compose)
  beginnings[1]?.push(1)
  beginnings[0]?.push(2)
  expect(end.taken).toEqual([2, 4])
  expect(places()).toEqual(['TestSupply#1', 'TestSupply#2', 'cut(a)', 'double', 'ManualDrain'])
  await stop()
})

test('lines that only the other part leads to stand there alone, with their policies', async () => {
  const compose = (train: Train, supply: TestSupply<number>) => {
    const behind = train.line(negate)
    const beside = train.line(double)
    train.line(supply, double).to(beside, train.line(train.cut<number>('middle')).to(behind))
    train.onError(negate, { onError: 'drop' })
  }
  const before = await start({ middle: 'before' }, compose)
  before.supply.push(1)
  expect([before.outputs, before.end.taken, before.places().includes('negate')]).toEqual([[4], [2], false])
  await before.stop()
  const after = await start({ middle: 'after' }, compose)
  after.beginnings[0]?.push(2)
  expect([after.outputs, after.places().includes('double')]).toEqual([[-2], false])
  await after.stop()
})

test('nothing may lead past a cut into what is behind it, and a name stands once', async () => {
  const past = (train: Train, supply: TestSupply<number>) => {
    const behind = train.line(negate)
    train.line(supply, train.cut<number>('middle')).to(behind)
    train.line(new TestSupply<number>(train, {}), double).to(behind)
  }
  for (const side of ['before', 'after'] as const) {
    const { running } = await start({ middle: side }, past)
    await expect(running).rejects.toThrow(
      /a cut must be the only way to what is behind it: the line that begins with \w+#?\d? /,
    )
  }
  const twice = await start({ a: 'before' }, (train, supply) => {
    train.line(supply, train.cut('a'), double, train.cut('a'))
  })
  await expect(twice.running).rejects.toThrow("cut('a') twice: each cut needs a name of its own")
  const none = await start({ other: 'after' }, plain)
  await expect(none.running).rejects.toMatchObject({
    code: 'ERR_CONFIG',
    message: "there is no cut('other') in the train: it has middle (cut.parts)",
  })
})

test('parts that do not hang together are refused, wherever their cuts stand', async () => {
  const sides = { a: 'before', b: 'after' } as const
  const inOne = await start(sides, (train, supply) => {
    train.line(supply, train.cut('a'), double, train.cut('b'), negate)
  })
  await expect(inOne.running).rejects.toMatchObject({
    code: 'ERR_CONFIG',
    message: "what is cut out must hang together: nothing of it leads to cut('b') (cut.parts)",
  })
  const inTwo = await start(sides, (train, supply) => {
    const behind = train.line(train.cut<number>('b'), negate)
    train.line(supply, train.cut<number>('a')).to(behind)
  })
  await expect(inTwo.running).rejects.toThrow("nothing of it leads to cut('a')")
})

test('a line that nothing leads to is still told of', async () => {
  const { running } = await start({}, (train, supply) => {
    train.line(supply, double)
    train.line(negate)
  })
  await expect(running).rejects.toThrow('nothing leads into the line that begins with negate')
})
