import { expect, test } from '@jest/globals'
import { Cog, type Json, type Ticket, type Turn } from '../../../lib/movement/index.js'
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

async function start(
  record: object,
  makeSupply?: (rig: ReturnType<typeof testTrain>) => object,
  check: (data: Numbered) => void = () => undefined,
) {
  const checkpoints = new MemoryCheckpoints()
  checkpoints.record = JSON.stringify({ ...RECORD, ...record })
  const rig = testTrain({ checkpoints })
  const { train } = rig
  const supply = makeSupply?.(rig) ?? new NumberSupply(train, { count: 10 })
  const stamp = new Stamp(train, {})
  const file: unknown[] = [1, 2, 3]
  const drain = new ListDrain(train, file, { isOver: false })
  const pass = (data: Numbered) => {
    check(data)
    return [data]
  }
  lineOf(train.line, supply, stamp, pass, drain)
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
    values: [{ cog: 'pass', data: { n: 7, part: 'x' } }],
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

/** Knows the originals of its origins. */
class Remembering extends NumberSupply {
  readonly asked: Json[] = []
  over = 0

  override originAgain(origin: Json): number | null {
    this.asked.push(origin)
    return origin === 'gone' ? null : (origin as number)
  }

  override original({ origin }: Ticket<number>, k: number): Uint8Array {
    return Buffer.from(`original ${origin + k}`)
  }

  override acknowledge(): void {
    this.over += 1
  }
}

test('what was held by value has the original that it came of, and its origin is over with it', async () => {
  const value = (n: number, from?: [number, number]) => ({
    cog: 'pass',
    data: { n, part: 'fails' },
    ...(from && { from }),
  })
  let supply: Remembering | null = null
  const { dead, drain, running } = await start(
    {
      sources: [10, 20, 'gone'].map((origin) => ({ supply: 'Remembering', origin })),
      values: [
        value(1, [0, 3]),
        value(2, [0, 3]),
        value(3, [0, 4]),
        value(4, [0, 0]),
        value(5, [1, 7]),
        value(6, [2, 0]),
        value(7),
      ],
    },
    ({ train }) => (supply = new Remembering(train, { count: 10 })),
    ({ n, part }) => {
      if (part === 'fails') throw new Error(String(n))
    },
  )
  await Promise.race([running, turnOfNode()])
  drain.write(10)
  expect(dead.map(({ error, original }) => [error.cause, original === null ? null : String(original)])).toEqual([
    [new Error('1'), 'original 13'],
    [new Error('2'), 'original 13'],
    [new Error('3'), 'original 14'],
    [new Error('4'), 'original 10'],
    [new Error('5'), 'original 27'],
    [new Error('6'), null],
    [new Error('7'), null],
  ])
  expect(supply).toMatchObject({ asked: [10, 10, 20, 'gone'], over: 3 })
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

test('data that a cog held which by now gives at once are refused, and nothing is changed', async () => {
  const values = [{ cog: 'ListDrain', data: { n: 1, part: '' } }]
  const { running, file } = await start({ drains: { ListDrain: 0 }, values })
  await expect(running).rejects.toThrow(
    'the check-point memory has data that ListDrain held, which by now gives at once: start the train as it was',
  )
  expect(file).toEqual([1, 2, 3])
})

test('an output to which a supply leads that cannot go back is not cut: nothing would bring it again', async () => {
  const { file, log } = await start({ drains: { ListDrain: 0 } }, ({ train }) => new TestSupply(train, {}))
  expect(file).toEqual([1, 2, 3])
  expect(log.map(({ message }) => message)).toContainEqual(
    "ListDrain is not cut back: a supply that leads there can't supply again, so that lines may repeat",
  )
})
