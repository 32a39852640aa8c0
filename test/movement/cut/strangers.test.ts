import { expect, test } from '@jest/globals'
import { withoutStrangers } from '../../../lib/movement/cut/strangers.js'
import { testTrain } from '../../../lib/testing/index.js'
import { lineOf } from '../../support/engine-kit.js'
import { ListDrain, NumberSupply } from '../../support/crash-train/world.js'

test('marks and memories of those who are not there any more are left out, and the log says whose', () => {
  const { train, log } = testTrain()
  lineOf(train.line, new NumberSupply(train, { count: 1 }), new ListDrain(train, [], { isOver: false }))
  const record = {
    ...{ version: 1 as const, timeMs: 0, origins: [], values: [] },
    supplies: { NumberSupply: 1, TcpSupply: 2 },
    drains: { ListDrain: 3 },
    snapshots: { Dedupe: [] },
  }
  expect(withoutStrangers(record, { plan: train.wind(), log: train.log })).toEqual({
    ...record,
    supplies: { NumberSupply: 1 },
    snapshots: {},
  })
  expect(log.map(({ message }) => message)).toEqual([
    'no longer in the train: the position of TcpSupply',
    'no longer in the train: the memory of Dedupe',
  ])
})
