import { expect, test } from '@jest/globals'
import { Cog, one, unordered, type Hold, type TrainOptions, type Turn } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { lineOf, ManualDrain, runTrain } from '../../support/engine-kit.js'

const RETRY = { onError: 'retry', retriesMax: 3, retryMs: 1000, retryMaxMs: 3000 } as const

/** A cog that fails so many times on each number that it is told, and the times of its tries. */
function failing(times: Readonly<Record<number, number>>, now: () => number) {
  const tries: [number, number][] = []
  const flaky = (n: number): number[] => {
    tries.push([n, now()])
    const before = tries.filter(([other]) => other === n).length - 1
    if (before < (times[n] ?? 0)) throw new Error(`${n} fails`)
    return [n]
  }
  return { flaky, tries }
}

async function start(
  times: Readonly<Record<number, number>>,
  options: TrainOptions = RETRY,
  wrap = (fn: unknown): unknown => fn,
) {
  let made!: ReturnType<typeof failing>
  const rig = await runTrain(({ esc }) => {
    made = failing(times, () => esc.now())
    return [wrap(made.flaky)].flat()
  }, options)
  return { ...rig, ...made }
}

test('what fails is held and tried again, later each time; others go on meanwhile, and it is over only then', async () => {
  const { supply, drain, tries, clock, train, end } = await start({ 2: 2 })
  supply.push(1, 2, 3)
  expect(drain.taken).toEqual([1, 3])
  drain.flush()
  expect([supply.acknowledged, train.accounts()[1]]).toMatchObject([0, { in: 3, out: 2, held: 1, diverted: 0 }])
  clock.advance(499)
  expect(tries.length).toBe(3) // At the earliest after half of retryMs, at the latest after one and a half.
  clock.advance(1001)
  expect(tries.length).toBe(4)
  clock.advance(3000)
  expect([drain.taken, tries.length]).toEqual([[1, 3, 2], 5])
  drain.flush()
  expect(supply.acknowledged).toBe(3)
  expect(train.accounts()[1]).toMatchObject({ in: 3, split: 0, out: 3, swallowed: 0, merged: 0, held: 0, diverted: 0 })
  await end()
})

test('when it has failed too often it is diverted, as if it had failed once', async () => {
  const { supply, drain, dead, tries, clock, train, end } = await start({ 2: 99 })
  supply.push(2)
  clock.advance(100_000)
  expect([drain.taken, tries.length, dead.map(({ data }) => data)]).toEqual([[], 4, [2]])
  expect(train.accounts()[1]).toMatchObject({ in: 1, split: 0, out: 0, swallowed: 0, held: 0, diverted: 1 })
  await end()
})

test('siblings of one event are tried again as often as each may, also where each was held meanwhile', async () => {
  for (const isAsynchronous of [false, true]) {
    const { supply, drain, clock, dead, end, tries } = await start({ 1: 3, 3: 3, 4: 3 }, RETRY, (flaky) => [
      () => [1, 2, 3, 4],
      isAsynchronous ? unordered((n: number) => Promise.resolve(n).then(flaky as never)) : flaky,
    ])
    supply.push(0)
    for (let step = 0; step < 40; step++) {
      await turnOfNode()
      clock.advance(500)
    }
    expect([drain.taken.sort(), dead, tries.length]).toEqual([[1, 2, 3, 4], [], 13])
    await end()
  }
})

test('what is given up in the turn of another that is tried again has its own number of tries', async () => {
  class Pair extends Cog<number, number> {
    private held: Hold<number> | null = null
    private tried = 0

    turn(n: number): Turn<number> {
      if (n === 2 && this.held === null) {
        this.held = this.train.hold(n)
        return null
      }
      if (n === 2) return [n]
      this.tried++
      if (this.tried === 4) this.train.reject(this.held as Hold<number>, new Error('given up'))
      else throw new Error('it fails')
      return [n]
    }
  }
  const { supply, drain, clock, dead, end } = await runTrain(({ train }) => [new Pair(train, {})], RETRY)
  supply.push(1, 2)
  clock.advance(20_000)
  expect([drain.taken, dead]).toEqual([[1, 2], []])
  await end()
})

test('an asynchronous cog whose promise fails is tried again as well', async () => {
  const later = (fn: unknown) =>
    unordered(async (n: number) => Promise.resolve().then(() => (fn as (n: number) => number[])(n)))
  const { supply, drain, clock, train, end, tries } = await start({ 1: 1, 2: 99 }, RETRY, later)
  supply.push(1, 2, 3)
  for (let step = 0; step < 40; step++) {
    await turnOfNode()
    clock.advance(500)
  }
  expect([drain.taken, tries.length]).toEqual([[3, 1], 7])
  expect(train.accounts()[1]).toMatchObject({ in: 3, split: 0, out: 2, swallowed: 0, merged: 0, held: 0, diverted: 1 })
  await end()
})

test('a turn of which some results have gone on is not tried again: they would come twice', async () => {
  const { supply, drain, dead, end } = await runTrain(
    () => [
      function* halves(n: number) {
        yield n
        throw new Error('half way')
      },
    ],
    RETRY,
  )
  supply.push(1)
  expect([drain.taken, dead.length]).toEqual([[1], 1])
  await end()
})

test('one stage may have a policy of its own', async () => {
  const rig = testTrain({ onError: 'stop' })
  const { flaky } = failing({ 2: 1 }, () => 0)
  const supply = new TestSupply<number>(rig.train, {})
  const drain = new ManualDrain(rig.train)
  lineOf(rig.train.line, supply, flaky, drain)
  rig.train.onError(flaky, { onError: 'retry', retryMs: 10 })
  const running = rig.train.run({ signals: false })
  await turnOfNode()
  supply.push(2)
  rig.clock.advance(15)
  expect(drain.taken).toEqual([2])
  supply.close()
  await running
})

test('a train that stops waits for what is tried again, within its time; nothing is left bound', async () => {
  const { supply, drain, clock, train, running, esc } = await start({ 1: 99 }, { ...RETRY, finishTimeoutMs: 600 })
  supply.push(1)
  const stopping = train.stop()
  await turnOfNode()
  clock.advance(600)
  await expect(running).rejects.toThrow('did not finish within finishTimeoutMs (600 ms)')
  await stopping
  expect([drain.taken, supply.acknowledged]).toEqual([[], 0])
  await turnOfNode()
  clock.advance(100_000)
  expect([esc.idle, drain.taken]).toEqual([true, []])
})

test('a policy of a stage that is not there, or that gives at once and is to be retried, is refused', () => {
  const refuse = (stage: object, isIn: boolean) => () => {
    const { train } = testTrain()
    lineOf(train.line, new TestSupply(train, {}), ...(isIn ? [stage] : []), new ManualDrain(train))
    train.onError(stage, RETRY)
    train.wind()
  }
  expect(refuse((n: number) => [n], false)).toThrow(
    'onError() of a stage that does not stand in the train: couple it first',
  )
  expect(
    refuse(
      one((n: number) => n),
      true,
    ),
  ).toThrow('must not be retry: it gives at once, and would fail again')
  expect(() => testTrain().train.onError({}, { retryMs: 0 })).toThrow('retryMs must be at least 1: it is 0')
})
