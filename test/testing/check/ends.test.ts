import { expect, test } from '@jest/globals'
import { CogError, type DeadLetter } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { CheckDrain, CheckSupply, ListeningDrain, failureOf } from '../../../lib/testing/check/ends.js'
import { EventBook } from '../../../lib/testing/check/event-book.js'
import { Faults } from '../../../lib/testing/check/faults.js'
import { testTrain } from '../../../lib/testing/index.js'
import { lineOf } from '../../support/engine-kit.js'

async function start(inputs: readonly unknown[]) {
  const { train } = testTrain()
  const book = new EventBook({ faults: new Faults(), inputs, isListening: true, isRestored: false, cameOf: null })
  const heard: unknown[] = []
  let between = 0
  const supply = new CheckSupply(train, inputs, book, () => between++)
  const file: unknown[] = []
  const drain = new ListeningDrain(train, file, (_, data, id) => heard.push([id, data]), book)
  lineOf(train.line, supply, drain)
  const running = train.run({ signals: false })
  await turnOfNode()
  return { supply, drain, file, heard, running, between: () => between }
}

test('inputs are put in chunks, one by one, until there are none', async () => {
  const { supply, drain, file, heard, running, between } = await start(['a', 'b', 'c'])
  supply.push(2, false)
  supply.push(2, false)
  supply.push(2, false)
  expect([heard, supply.count, supply.mark(), between()]).toEqual([[['t0', 'a'], ['t1', 'b'], ['t2', 'c']], 3, 3, 3]) // prettier-ignore
  expect(supply.chunks.map(({ first, acknowledged }) => [first, acknowledged])).toEqual([[0, 0], [2, 0]]) // prettier-ignore
  drain.write(2)
  expect([file, supply.chunks.map(({ acknowledged }) => acknowledged)]).toEqual([
    ['a', 'b'],
    [1, 0],
  ])
  supply.close()
  await running
  expect([file, supply.chunks.map(({ acknowledged }) => acknowledged)]).toEqual([
    ['a', 'b', 'c'],
    [1, 1],
  ])
})

test('lines are put as a text', async () => {
  const { supply, heard, running } = await start(['a', 'b', 'c'])
  supply.push(3, true)
  expect([heard.length, supply.count]).toEqual([3, 3])
  supply.close()
  await running
})

test('it goes on behind a mark, and supplies again what is asked for', async () => {
  const { supply, heard, running } = await start(['a', 'b', 'c', 'd'])
  supply.continueFrom(3)
  supply.supplyAgain(supply.originMark({ first: 0, acknowledged: 0 }), [0, 2])
  supply.push(5, false)
  expect(heard).toEqual([['t0', 'a'], ['t2', 'c'], ['t3', 'd']]) // prettier-ignore
  supply.close()
  await running
})

test('a seal writes everything and names the length, and what is behind it can be cut off', () => {
  const file: unknown[] = []
  const drain = new CheckDrain(testTrain().train, file, () => undefined)
  Object.assign(drain, { train: { id: () => 't0', flushed: () => undefined } })
  drain.take('a')
  drain.take('b')
  const marks: unknown[] = []
  drain.seal((mark) => marks.push(mark))
  drain.take('c')
  drain.finish()
  expect([file, marks, drain.position()]).toEqual([['a', 'b', 'c'], [2], 3])
  drain.cutBack(2)
  expect(file).toEqual(['a', 'b'])
})

test('of a dead letter is kept what does not depend on its id', () => {
  const error = new CogError('Map', 't7', new Error('no'))
  const letter: DeadLetter = { timeMs: 0, id: 't7', cog: 'Map', error, original: null, data: 1 }
  expect(failureOf(letter)).toEqual({ cog: 'Map', data: 1, reason: 'no' })
})
