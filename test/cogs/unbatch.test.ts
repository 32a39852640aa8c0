import { expect, test } from '@jest/globals'
import { Batch } from '../../cogs/batch.js'
import { Unbatch } from '../../cogs/unbatch.js'
import { itemGetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

test('what was batched comes out as it went in', async () => {
  const { train, pass } = testTrain()
  expect(await pass([new Batch(train, { countMax: 2 }), new Unbatch(train)], [1, 2, 3])).toEqual([1, 2, 3])
})

test('the list may lie within the datum, may be a Set, and may be empty', async () => {
  const { train, pass } = testTrain()
  const unbatch = new Unbatch<{ all: Iterable<unknown> }>(train, { getter: itemGetter('all') })
  expect(await pass([unbatch], [{ all: new Set([1, 2]) }, { all: [] }])).toEqual([1, 2])
})

test('text and what is no list fail', async () => {
  const { train, pass, dead } = testTrain()
  expect(await pass([new Unbatch(train)], ['abc', 7, null])).toEqual([])
  expect(dead.map(({ error }) => (error.cause as Error).message)).toEqual([
    'a batch must be a list: it is "abc"',
    'a batch must be a list: it is 7',
    'a batch must be a list: it is null',
  ])
})
