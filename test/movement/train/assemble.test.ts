import { expect, test } from '@jest/globals'
import { one } from '../../../lib/movement/index.js'
import { occupantsOf } from '../../../lib/movement/train/assemble.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { DeafDrain, lineOf } from '../../support/engine-kit.js'

test('everybody who stands in a train is named once, in its order, and nothing is started', () => {
  const { train } = testTrain()
  const [supply, drain] = [new TestSupply(train, {}), new DeafDrain(train)]
  const cog = one((data) => data)
  lineOf(train.line, supply, cog, drain)
  lineOf(train.line, new TestSupply(train, {}), cog, drain)
  const occupants = occupantsOf(train.wind().places)
  expect(occupants.filter((occupant) => occupant === drain)).toEqual([drain])
})

test('a train without a supply is refused', () => {
  const { train } = testTrain()
  expect(() => train.wind()).toThrow('a train needs a supply: no line begins with one')
})
