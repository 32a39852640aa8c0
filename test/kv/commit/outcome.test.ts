import { expect, test } from '@jest/globals'
import { findOutcome, numberOf, resultsAfter } from '../../../lib/kv/commit/outcome.js'
import { CommitOutcomeUnknownError } from '../../../lib/kv/errors.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { FaultyEngine } from '../../../lib/testing/faulty-engine.js'
import { memoryStore } from '../../support/kv-memory.js'

async function start() {
  const { engine: inner, clock, write } = memoryStore()
  const engine = new FaultyEngine(inner)
  const { id } = await engine.grant(60)
  const token = { key: 'txn/1', lease: id, mod: 0, count: 7 }
  const error = new CommitOutcomeUnknownError('memory', 'a test')
  const find = (untilMs = 1000): Promise<number | null> => findOutcome(engine, token, error, { clock, untilMs })
  const mark = (): Promise<unknown> =>
    inner.commit([], [{ op: 'put', key: token.key, value: numberOf(token), lease: id }])
  return { engine, clock, write, token, error, find, mark }
}

test('the number in the token says that the commit was applied, and when', async () => {
  const { find, mark, write } = await start()
  await mark()
  await write({ '/a': '1' })
  expect(await find()).toBe(2)
})

test('another number says that it was not, and from then on it can’t be', async () => {
  const { engine, find, token } = await start()
  expect(await find()).toBeNull()
  const late = await engine.commit([{ key: token.key, target: 'mod', is: '=', than: token.mod }], [])
  expect(late.ok).toBe(false)
})

test('it is asked again as long as there is time, and the first error comes out if there isn’t', async () => {
  const { engine, clock, find, mark, error } = await start()
  await mark()
  engine.failNext('unavailable', 'lost', 'unanswered')
  const found = find()
  for (let pause = 0; pause < 3; pause++) {
    await turnOfNode()
    clock.advance(50)
  }
  expect(await found).toBe(2)
  engine.failNext('unavailable')
  await expect(find(clock.now())).rejects.toBe(error)
  expect(error.token).toEqual({ key: 'txn/1', value: '7' })
})

test('a lease that is over leaves it unknown', async () => {
  const { engine, find, token, error } = await start()
  await engine.revoke(token.lease)
  await expect(find()).rejects.toBe(error)
})

test('deletions are counted in the state before', async () => {
  const { engine, write } = await start()
  await write({ '/a': '1', '/b': '2' })
  const revision = await write({ '/a': null, '/b': null, '/c': '3' })
  const ops = [
    { op: 'put', key: '1/c', value: Buffer.from('3'), lease: 0n },
    { op: 'delete', key: '1/', end: '10' },
  ] as const
  expect(await resultsAfter(engine, ops, revision)).toEqual([{ op: 'put' }, { op: 'delete', deleted: 2 }])
  engine.disconnect()
  expect(await resultsAfter(engine, ops, revision)).toEqual([{ op: 'put' }, { op: 'delete', deleted: NaN }])
})
