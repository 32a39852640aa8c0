import { expect, jest, test } from '@jest/globals'
import { CogError, Train, type DeadLetter } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { DeafDrain, Keep, lineOf, ManualDrain, runTrain } from '../../support/engine-kit.js'

const odd = (n: number): number[] => {
  if (n % 2 === 0) throw new Error(`${n} is even`)
  return [n]
}

/** A train with dead letters of its own. */
async function startDead(...dead: unknown[]) {
  const { esc } = testTrain()
  const log = { ...silent(), fatal: jest.fn(), error: jest.fn() }
  const train = new Train(esc, { idPrefix: 't', log })
  const supply = new TestSupply<number>(train, {})
  const drain = new ManualDrain(train)
  lineOf(train.line, supply, odd, drain)
  if (dead.length > 0) (train.deadLettersTo as (...stages: unknown[]) => void)(...dead)
  const running = train.run({ signals: false })
  running.catch(() => undefined)
  await turnOfNode()
  return { train, supply, drain, running, log }
}

function silent() {
  const ignore = (): void => undefined
  const log = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore, fatal: ignore }
  return { ...log, child: () => silent() }
}

test('a datum that fails is diverted alone, logged with its id and its cog, and acknowledged', async () => {
  const { supply, drain, dead, log, train, end } = await runTrain(() => [odd])
  supply.push(1, 2, 3)
  expect(drain.taken).toEqual([1, 3])
  expect(dead).toMatchObject([{ id: 't1', cog: 'odd', data: 2, original: null, timeMs: Date.UTC(2026, 0, 1) }])
  expect(dead[0]?.error).toBeInstanceOf(CogError)
  expect(log).toContainEqual(
    expect.objectContaining({ level: 'error', fields: { id: 't1', cog: 'odd', reason: '2 is even' } }),
  )
  expect(log).toContainEqual(
    expect.objectContaining({ level: 'debug', fields: { id: 't1', cog: 'odd', err: new Error('2 is even') } }),
  )
  expect(train.accounts()).toContainEqual(expect.objectContaining({ cog: 'odd', in: 3, out: 2, diverted: 1 }))
  await end()
  expect(supply.acknowledged).toBe(3)
})

test('a dead letter names the supply that the datum came from, and where that says it lies', async () => {
  const { supply, dead } = await runTrain(() => [odd])
  supply.push(2)
  supply.provenance = (ticket, k) => ({ file: '/a', offset: k })
  supply.push(1, 4)
  supply.provenance = () => {
    throw new Error('gone')
  }
  supply.push(6)
  expect(dead.map(({ from }) => from)).toEqual([
    { supply: 'TestSupply' },
    { supply: 'TestSupply', file: '/a', offset: 1 },
    { supply: 'TestSupply' },
  ])
})

test('onError drop: a datum that fails is dropped, with a log line', async () => {
  const { supply, drain, dead, log, end } = await runTrain(() => [odd], { onError: 'drop' })
  supply.push(1, 2, 3)
  expect([drain.taken, dead]).toEqual([[1, 3], []])
  expect(log).toContainEqual(expect.objectContaining({ level: 'error', message: 'dropped a datum' }))
  await end()
  expect(supply.acknowledged).toBe(3)
})

test('onError stop: the train stops in order; what failed and what came behind it is not acknowledged', async () => {
  const { supply, drain, running } = await runTrain(() => [odd], { onError: 'stop' })
  supply.push(1)
  supply.push(3, 2, 5)
  await expect(running).rejects.toThrow('odd failed on t2: 2 is even')
  expect(drain.taken).toEqual([1, 3]) // 5 is left to the next start.
  expect(supply.acknowledged).toBe(1)
})

test('without dead letters a failure stops the train', async () => {
  const { supply, running, log } = await startDead()
  supply.push(2)
  await expect(running).rejects.toMatchObject({ code: 'ERR_COG', cog: 'odd' })
  expect(log.fatal).toHaveBeenCalledTimes(1)
  expect(supply.acknowledged).toBe(0)
})

test('a failure in a resumed passage stops as well: its event is never acknowledged, others are', async () => {
  let keep!: Keep
  const { supply, running } = await runTrain(({ train }) => [(keep = new Keep(train, {})), odd], { onError: 'stop' })
  const [first, second] = [supply.push(1), supply.push(2)]
  keep.holds.reverse()
  keep.resume([2])
  keep.resume([1])
  await expect(running).rejects.toThrow('2 is even')
  expect([first.isDone, second.isDone]).toEqual([true, false])
})

test('what comes in after the train was stopped by a failure is left to the next start', async () => {
  let keep!: Keep
  const { supply, drain, running } = await runTrain(({ train }) => [odd, (keep = new Keep(train, {})), odd], {
    onError: 'stop',
  })
  supply.push(1)
  keep.resume([2])
  const late = supply.push(3, 5)
  expect([late.count, late.isDone, keep.holds, drain.taken]).toEqual([0, false, [], []])
  await expect(running).rejects.toThrow('2 is even')
  expect(supply.acknowledged).toBe(0)
})

test('a failure among the dead letters stops the train', async () => {
  const bury = (letter: DeadLetter): never => {
    throw new Error(`no grave for ${letter.id}`)
  }
  const { supply, running } = await startDead(bury, deaf())
  const ticket = supply.push(2)
  await expect(running).rejects.toThrow('bury failed on t0: no grave for t0')
  expect(ticket.isDone).toBe(false)
})

test('dead letters take part in acknowledgement', async () => {
  let graves!: ManualDrain
  const { train, supply, running } = await (async () => {
    const { esc } = testTrain()
    const train = new Train(esc, { idPrefix: 't', log: silent() })
    const supply = new TestSupply<number>(train, {})
    graves = new ManualDrain(train)
    lineOf(train.line, supply, odd, new ManualDrain(train))
    train.deadLettersTo((letter: DeadLetter) => [letter.id], graves)
    const running = train.run({ signals: false })
    await turnOfNode()
    return { train, supply, running }
  })()
  supply.push(2)
  expect([graves.taken, supply.acknowledged]).toEqual([['t0'], 0])
  graves.flush()
  expect(supply.acknowledged).toBe(1)
  expect(train.accounts().map(({ in: arrived }) => arrived)).toEqual([1, 1, 0, 1, 1])
  supply.close()
  await running
})

test('an original that cannot be read is logged, and the letter goes without', async () => {
  class Broken extends TestSupply<number> {
    override original(): Uint8Array {
      throw new Error('EIO')
    }
  }
  const { train, dead, log } = testTrain()
  const supply = new Broken(train, {})
  lineOf(train.line, supply, odd, new DeafDrain(train))
  const running = train.run({ signals: false })
  await turnOfNode()
  supply.push(2, 1)
  expect(dead).toMatchObject([{ id: 't0', original: null }])
  expect(log.map(({ message }) => message)).toContain('could not read the original of what failed')
  supply.close()
  await running
})

test('a drain that fails on a datum fails that datum alone', async () => {
  const { supply, drain, dead, train, end } = await runTrain(() => [])
  const take = drain.take.bind(drain)
  drain.take = (datum) => {
    if (datum === 2) throw new Error('no twos')
    take(datum)
  }
  supply.push(1, 2, 3)
  expect(dead).toMatchObject([{ cog: 'ManualDrain', data: 2 }])
  expect(train.accounts()[1]).toMatchObject({ cog: 'ManualDrain', in: 3, out: 2, diverted: 1 })
  await end()
})

function deaf() {
  return { take: () => undefined, position: () => 0, flushed: 0, full: () => false, seal: () => undefined }
}
