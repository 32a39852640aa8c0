import { expect, test } from '@jest/globals'
import { Upstream } from '../../../lib/movement/train/upstream.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { one, type DeadLetter, type TrainOptions } from '../../../lib/movement/index.js'
import { TestSupply, testTrain } from '../../../lib/testing/index.js'
import { ManualDrain } from '../../support/engine-kit.js'

/** What leads into a train: a supply, a cog that fails on 'bad', and a drain. Its letters, and how each is told to be written. */
function start(options: TrainOptions = {}) {
  const { train, esc } = testTrain(options)
  const letters: DeadLetter[] = []
  const overs: (() => void)[] = []
  const before = new Upstream(train, (letter, over) => {
    letters.push(letter)
    overs.push(over)
  })
  const supply = new TestSupply<string>(before.train, {})
  const drain = new ManualDrain(before.train)
  const refuse = one((data: string) => {
    if (data === 'bad') throw new Error('bad')
    return data
  })
  before.train.line(supply, refuse, drain)
  return { train, esc, before, supply, drain, letters, overs }
}

test('it starts, tells its end, and has the settings and the log of the train that it leads into', async () => {
  const { train, before, supply, drain } = start({ name: 'main', inFlightMax: 7 })
  const ends: (Error | null)[] = []
  await before.start((error) => ends.push(error))
  expect([before.train.name, before.train.settings.inFlightMax, before.train.log]).toEqual([
    'main-upstream',
    7,
    train.log,
  ])
  supply.push('a')
  expect([drain.taken, before.isOver]).toEqual([['a'], false])
  supply.close()
  await turnOfNode()
  expect([ends, before.isOver]).toEqual([[null], true])
})

test('where it cannot start, it has ended with the error', async () => {
  const { before, supply } = start()
  supply.start = () => {
    throw new Error('no socket')
  }
  const ends: (Error | null)[] = []
  await before.start((error) => ends.push(error))
  expect([ends[0]?.message, before.isOver]).toEqual(['no socket', true])
})

test('its events that failed are over, in their order, once their letters are written, in any', async () => {
  const { before, supply, letters, overs, drain } = start()
  await before.start(() => undefined)
  supply.push('bad')
  supply.push('bad', 'bad')
  expect([letters.map(({ data }) => data), supply.acknowledged]).toEqual([['bad', 'bad', 'bad'], 0])
  overs[1]?.()
  overs[2]?.()
  expect(supply.acknowledged).toBe(0)
  overs[0]?.()
  expect([supply.acknowledged, drain.taken]).toEqual([3, []])
  await before.train.stop()
})

test('with as many letters on their way as events may be in flight, its supplies wait', async () => {
  const { before, supply, overs } = start({ inFlightMax: 2 })
  await before.start(() => undefined)
  supply.push('bad')
  expect(supply.paused).toBe(false)
  supply.push('bad')
  expect(supply.paused).toBe(true)
  overs[0]?.()
  expect(supply.paused).toBe(false)
  await before.train.stop()
})
