import { expect, test } from '@jest/globals'
import { Escapement } from '../../../lib/movement/index.js'
import { CheckTrain } from '../../../lib/testing/check/check-train.js'
import { Faults } from '../../../lib/testing/check/faults.js'
import { TestSupply } from '../../../lib/testing/index.js'
import { Wait } from './cogs.js'

test('who is made while it watches has a spy, and nobody else', () => {
  const train = new CheckTrain(new Escapement(), {}, new Faults())
  const before = new TestSupply(train, {})
  const cog = train.watching(() => new Wait(train, {}))
  const behind = new Wait(train, {})
  expect([before, cog, behind].map((one) => train.spies.has(one))).toEqual([false, true, false])
})

test('it watches no longer once making has failed', () => {
  const train = new CheckTrain(new Escapement(), {}, new Faults())
  const fail = () => train.watching(() => { throw new Error('no') }) // prettier-ignore
  expect(fail).toThrow('no')
  expect(train.spies.has(new Wait(train, {}))).toBe(false)
})
