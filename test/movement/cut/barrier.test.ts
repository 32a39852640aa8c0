import { expect, test } from '@jest/globals'
import { Cog, type Hold, type TrainOptions } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain } from '../../../lib/testing/index.js'
import { lineOf } from '../../support/engine-kit.js'
import { Gather, ListDrain, MemoryCheckpoints, NumberSupply, type Numbered } from '../../support/crash-train/world.js'

/** Gives each datum in two parts, one at once and one when it is told: a part that can't be written as JSON. */
class HalfLater extends Cog<Numbered> {
  readonly holds: Hold<Numbered>[] = []

  turn(data: Numbered): Numbered[] {
    const stamped = { ...data, part: 'late', when: new Date(0) }
    this.holds.push(this.train.share(stamped))
    return [data]
  }

  override finish(): void {
    this.giveBack()
  }

  giveBack(): void {
    for (const hold of this.holds.splice(0)) this.train.resume(hold, [hold.data])
  }
}

async function start(
  options: TrainOptions = {},
  stages: (train: ReturnType<typeof testTrain>['train']) => unknown[] = () => [],
) {
  const checkpoints = new MemoryCheckpoints()
  const rig = testTrain({ checkpoints, checkpointMs: 100, barrierMs: 1000, ...options })
  const { train, clock } = rig
  const supply = new NumberSupply(train, { count: 100 })
  const cog = new HalfLater(train, {})
  const drain = new ListDrain(train, [], { isOver: false }, { isEager: true })
  lineOf(train.line, supply, cog, ...stages(train), drain)
  const running = train.run({ signals: false })
  await settled()
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await settled()
  }
  const known = (): unknown => (JSON.parse(checkpoints.record ?? '{}') as { supplies?: unknown }).supplies
  return { ...rig, supply, cog, running, pass, known }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await turnOfNode()
}

test('where something is held that no record can hold, supplies wait until it has gone on, and the record is made', async () => {
  const { supply, cog, pass, known, log, train } = await start()
  supply.push(2)
  await pass(100)
  expect([supply.paused, known()]).toEqual([true, { NumberSupply: 0 }])
  cog.giveBack()
  await pass(100)
  expect([supply.paused, known()]).toEqual([false, { NumberSupply: 2 }])
  expect(log.filter(({ level }) => level === 'warn')).toEqual([])
  await train.stop()
})

test('supplies wait no longer than barrierMs; it is told once, and they are left alone for a while', async () => {
  const { supply, pass, known, log, train } = await start()
  supply.push(1)
  await pass(100)
  expect(supply.paused).toBe(true)
  await pass(1000)
  expect([supply.paused, known()]).toEqual([false, { NumberSupply: 0 }])
  expect(log.filter(({ level }) => level === 'warn')).toMatchObject([
    {
      message: expect.stringMatching(
        /no check-point while HalfLater holds .* can't be written as JSON/,
      ) as unknown as string,
    },
  ])
  for (let i = 0; i < 9; i++) {
    supply.push(1)
    await pass(1000)
    expect(supply.paused).toBe(false)
  }
  await pass(1000)
  supply.push(1)
  await pass(100)
  expect(supply.paused).toBe(true)
  expect(log.filter(({ level }) => level === 'warn')).toHaveLength(1)
  await train.stop()
})

test.each([
  ['with barrierMs 0', { barrierMs: 0 }, () => []],
  ['for what is gathered, which may wait for more', {}, (train: never) => [new Gather(train, { size: 5 })]],
])('supplies never wait %s', async (_, options, stages) => {
  const { supply, cog, pass, log, train } = await start(options, stages as never)
  supply.push(1)
  if ('barrierMs' in options) expect(cog.holds).toHaveLength(1)
  else cog.giveBack()
  await pass(100)
  expect(supply.paused).toBe(false)
  expect(log.filter(({ level }) => level === 'warn')).toHaveLength(1)
  await train.stop()
})

test('whoever wants a record that names something new waits for the barrier, and no longer', async () => {
  const { supply, cog, pass, train } = await start()
  const told: string[] = []
  supply.push(1)
  train.checkpoint((isStored) => told.push(`first ${isStored}`))
  await pass(0)
  expect([supply.paused, ...told]).toEqual([true])
  cog.giveBack()
  await pass(100)
  expect(told).toEqual(['first true'])
  supply.push(1)
  train.checkpoint((isStored) => told.push(`second ${isStored}`))
  await pass(0)
  expect(told).toEqual(['first true'])
  await pass(1000)
  expect([supply.paused, ...told]).toEqual([false, 'first true', 'second false'])
  await train.stop()
})
