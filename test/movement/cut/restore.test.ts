import { expect, test } from '@jest/globals'
import { Cog, type Json, type Turn } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { lineOf } from '../../support/engine-kit.js'
import { ListDrain, MemoryCheckpoints, NumberSupply, type Numbered } from '../../support/crash-train/world.js'

const RECORD = { version: 1, timeMs: 0, supplies: {}, drains: {}, snapshots: {}, origins: [], values: [] }

/** Adds a mark to each datum, and says what it was given back. */
class Stamp extends Cog<Numbered> {
  restored: Json = null

  turn(data: Numbered): Turn<Numbered> {
    return [{ ...data, part: `${data.part}!` }]
  }

  override snapshot(): Json {
    return 'now'
  }

  override restore(json: Json): void {
    this.restored = json
  }
}

async function start(record: object, makeSupply?: (rig: ReturnType<typeof testTrain>) => object) {
  const checkpoints = new MemoryCheckpoints()
  checkpoints.record = JSON.stringify({ ...RECORD, ...record })
  const rig = testTrain({ checkpoints })
  const { train } = rig
  const supply = makeSupply?.(rig) ?? new NumberSupply(train, { count: 10 })
  const stamp = new Stamp(train, {})
  const file: unknown[] = [1, 2, 3]
  const drain = new ListDrain(train, file, { isOver: false })
  lineOf(train.line, supply, stamp, (data: Numbered) => [data], drain)
  const running = train.run({ signals: false })
  running.catch(() => undefined)
  await turnOfNode()
  await turnOfNode()
  return { ...rig, checkpoints, supply: supply as NumberSupply, stamp, file, drain, running }
}

test('outputs are cut back, snapshots given back, supplies told where to go on', async () => {
  const { supply, stamp, file } = await start({
    ...{ supplies: { NumberSupply: 4 }, drains: { ListDrain: 1 }, snapshots: { Stamp: 'then' } },
  })
  expect([supply.next, stamp.restored, file]).toEqual([4, 'then', [1]])
})

test('what was held by value enters its cog, by origin it is supplied again; both are in the accounts', async () => {
  const { train, drain, file, running } = await start({
    ...{ drains: { ListDrain: 0 } },
    origins: [{ supply: 'NumberSupply', origin: 2, ks: [0, 2] }],
    values: [{ cog: 'function#1', data: { n: 7, part: 'x' } }],
  })
  await Promise.race([running, turnOfNode()])
  drain.write(10)
  expect(file).toEqual([
    { n: 7, part: 'x' },
    { n: 2, part: '!' },
    { n: 4, part: '!' },
  ])
  const [, stamp, plain] = train.accounts()
  expect([stamp?.in, plain?.in, plain?.out]).toEqual([2, 3, 3])
})

test.each([
  ['supply', { supplies: { Gone: 1 } }, 'names supply Gone, which'],
  ['supply of an origin', { origins: [{ supply: 'Gone', origin: 1, ks: [0] }] }, 'names supply Gone, which'],
  ['drain', { drains: { Gone: 1 } }, 'names drain Gone, which'],
  ['cog', { snapshots: { Gone: 1 } }, 'names a cog Gone, which'],
  ['cog of a value', { values: [{ cog: 'Gone', data: 1 }] }, 'names a cog Gone, which'],
])('a record that names a %s that is not there is refused, and nothing is changed', async (_, record, message) => {
  const { running, file, checkpoints } = await start({ drains: { ListDrain: 0 }, ...record })
  const before = checkpoints.record
  await expect(running).rejects.toThrow(message)
  await expect(running).rejects.toThrow("this train doesn't have: start the train as it was, or remove the check-point")
  expect([file, checkpoints.record]).toEqual([[1, 2, 3], before])
})

test('an output to which a supply leads that cannot go back is not cut: nothing would bring it again', async () => {
  const { file, log } = await start({ drains: { ListDrain: 0 } }, ({ train }) => new TestSupply(train, {}))
  expect(file).toEqual([1, 2, 3])
  expect(log.map(({ message }) => message)).toContainEqual(
    "ListDrain is not cut back: a supply that leads there can't supply again, so that lines may repeat",
  )
})
