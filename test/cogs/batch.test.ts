import { expect, test } from '@jest/globals'
import { Batch } from '../../cogs/batch.js'
import { testTrain } from '../../lib/testing/index.js'
import { runTrain } from '../support/engine-kit.js'

const run = (options: object) => runTrain(({ train }) => [new Batch(train, options)])

test('a list is given when it has countMax data, and its events are over when it is written', async () => {
  const { supply, drain, end } = await run({ countMax: 2 })
  supply.push(1, 2, 3)
  expect(drain.taken).toEqual([[1, 2]])
  expect(supply.acknowledged).toBe(0)
  await end()
  expect(drain.taken).toEqual([[1, 2], [3]])
  expect(supply.acknowledged).toBe(3)
})

test('a list is given ageMs after its first datum, and not a moment before', async () => {
  const { supply, drain, clock, esc, end } = await run({ ageMs: 100 })
  supply.push(1)
  clock.advance(60)
  supply.push(2)
  clock.advance(39)
  expect(drain.taken).toEqual([])
  clock.advance(1)
  expect([drain.taken, esc.idle]).toEqual([[[1, 2]], true])
  await end()
})

test('a list is given when it has bytesMax bytes', async () => {
  const { supply, drain, end } = await run({ bytesMax: 4 })
  supply.push(...(['ab', 'ü', 'x', 123, new Uint8Array(9)] as never[]))
  expect(drain.taken).toEqual([['ab', 'ü'], ['x', 123], [new Uint8Array(9)]])
  await end()
})

test('a datum without a size fails, and is in no list', async () => {
  const sizeGetter = (n: number) => {
    if (n === 2) throw new Error('no size')
    return 1
  }
  const { supply, drain, dead, end } = await run({ bytesMax: 2, sizeGetter })
  supply.push(1, 2, 3)
  expect([drain.taken, dead.map(({ data }) => data)]).toEqual([[[1, 3]], [2]])
  await end()
})

test('options are checked at once', () => {
  const make = (options: object) => () => new Batch(testTrain().train, options)
  expect(make({ countMax: 0 })).toThrow('countMax must be at least 1: it is 0')
  expect(make({ bytesMax: 0 })).toThrow('bytesMax must be at least 1: it is 0')
  expect(make({ ageMs: -1 })).toThrow('ageMs must be at least 0: it is -1')
  expect(make({ sizeGetter: 1 })).toThrow('sizeGetter must be a function: it is 1')
})
