import { expect, test } from '@jest/globals'
import { CogCheckError, Faults } from '../../../lib/testing/check/faults.js'

test('each fault is kept once, and none that shows after the end', () => {
  const faults = new Faults()
  const life = faults.branch()
  for (const fault of ['forgets', 'gives twice', 'forgets']) life.add(fault)
  life.isClosed = true
  life.add('never comes')
  faults.add('comes')
  expect(faults.list).toEqual(['forgets', 'gives twice', 'comes'])
})

test('an error tells the first, how to see it again, and some of the others', () => {
  const error = new CogCheckError('Gather', ['a', 'b', 'c', 'd', 'e'], 17)
  expect(error.message).toBe('Gather a (seed 17: repeat it with { seed: 17, runs: 1 })\n  b\n  c\n  d')
  expect([error.code, error.seed, error.faults.length]).toEqual(['ERR_COG_CHECK', 17, 5])
  expect(new CogCheckError('Gather', ['a'], 1).message).toBe('Gather a (seed 1: repeat it with { seed: 1, runs: 1 })')
})
