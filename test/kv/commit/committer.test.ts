import { expect, test } from '@jest/globals'
import { Committer, type WriteOp } from '../../../lib/kv/commit/committer.js'
import { FaultyEngine, type CommitFault, type FaultyEngineOptions } from '../../../lib/testing/faulty-engine.js'
import { memoryStore } from '../../support/kv-memory.js'

function start(tokens: boolean, options: FaultyEngineOptions = {}) {
  const { engine: inner, clock, write } = memoryStore()
  const engine = new FaultyEngine(inner, options)
  const committer = new Committer(engine, { clock, tokens })
  const put = (lease = 0n): WriteOp => ({ op: 'put', key: '1/a', value: Buffer.from('1'), lease })
  const version = async (): Promise<number> => (await inner.range([{ key: '1/a' }])).results[0]?.kvs[0]?.version ?? 0
  const tokensLeft = async (): Promise<number> =>
    (await inner.range([{ key: 'txn/', end: 'txn0' }])).results[0]?.count ?? 0
  return { inner, engine, clock, committer, put, version, tokensLeft, write }
}

const missing = { key: '1/a', target: 'version', is: '=', than: 0 } as const

test.each([true, false])('conditions, answers and limits are the store’s; tokens: %s', async (tokens) => {
  const { committer, put } = start(tokens)
  expect(committer.opsMax).toBe(tokens ? 127 : 128)
  expect(await committer.commit([missing], [put()])).toEqual({ ok: true, revision: 2, results: [{ op: 'put' }] })
  const range = { op: 'range', key: '1/a', countOnly: true } as const
  expect(await committer.commit([missing], [put()], [range])).toEqual({
    ...{ ok: false, revision: 2 },
    results: [{ op: 'range', kvs: [], count: 1 }],
  })
  expect(await committer.commit([], [{ op: 'delete', key: '1/a' }])).toMatchObject({
    results: [{ op: 'delete', deleted: 1 }],
  })
})

test('only the lease that the store doesn’t know is told so', async () => {
  const { committer, engine, put } = start(true)
  const { id } = await engine.grant(60)
  const lost: bigint[] = []
  const leases = [id, 77n].map((each) => ({ id: each, lose: () => lost.push(each) }))
  await expect(committer.commit([], [put(77n)], [], leases)).rejects.toMatchObject({ lease: 77n })
  expect(lost).toEqual([77n])
})

test.each<CommitFault[]>([['lost'], ['unanswered'], ['late'], ['late', 'lost', 'unanswered'], ['unanswered', 'late']])(
  'a commit whose outcome nobody heard of (%s) is done exactly once',
  async (...faults) => {
    const { committer, engine, clock, put, version } = start(true)
    for (let round = 1; round <= 5; round++) {
      engine.failNext(...faults)
      const done = committer.commit([], [put()])
      await clock.runUntilIdle()
      const { ok, revision } = await done
      expect(ok).toBe(true)
      expect(await version()).toBe(round)
      expect((await engine.range([{ key: '1/a' }])).results[0]?.kvs[0]?.mod).toBe(revision)
      // What is late arrives with this one at the latest.
      await committer.commit([], [{ op: 'put', key: '1/b', value: Buffer.from(''), lease: 0n }])
      expect(await version()).toBe(round)
    }
  },
)

test('one whose conditions have failed meanwhile is not done', async () => {
  const { committer, engine, put } = start(true)
  await committer.commit([], [put()])
  engine.failNext('lost')
  expect(await committer.commit([missing], [put()])).toMatchObject({ ok: false })
  engine.failNext('unanswered')
  expect(await committer.commit([missing], [put()])).toMatchObject({ ok: false })
})

test('how much a deletion has met is found out afterwards, as long as there is history', async () => {
  const { committer, engine, inner, write } = start(true)
  const all = { op: 'delete', key: '1/', end: '10' } as const
  await write({ '/a': '1', '/b': '2' })
  engine.failNext('unanswered')
  expect(await committer.commit([], [all])).toMatchObject({ ok: true, results: [{ op: 'delete', deleted: 2 }] })
  await write({ '/a': '1', '/b': '2' })
  const late = start(true, {
    before: async () => {
      await late.inner.compact((await late.inner.range([])).revision).catch(() => undefined)
    },
  })
  await late.write({ '/a': '1' })
  late.engine.failNext('unanswered')
  expect(await late.committer.commit([], [all])).toMatchObject({ ok: true, results: [{ op: 'delete', deleted: NaN }] })
  expect((await inner.range([{ key: '1/', end: '10' }])).results[0]?.count).toBe(2)
})

test('without tokens, and where the link stays broken, the outcome stays unknown', async () => {
  const bare = start(false)
  bare.engine.failNext('unanswered')
  await expect(bare.committer.commit([], [bare.put()])).rejects.toMatchObject({ code: 'ERR_KV_OUTCOME_UNKNOWN' })
  const { committer, engine, clock, put } = start(true)
  await committer.commit([], [put()])
  engine.failNext('unanswered')
  const failed = expect(committer.commit([], [put()])).rejects.toMatchObject({ code: 'ERR_KV_OUTCOME_UNKNOWN' })
  engine.failNext(...Array.from({ length: 1000 }, (): CommitFault => 'unavailable'))
  await clock.runUntilIdle()
  await failed
  // Once every 50 ms for 10 s.
  expect(engine.faults).toBe(201)
})

test('a link that breaks at each commit and answers in between is given up, with nothing done', async () => {
  let isCommit = true
  const { committer, engine, clock, put, version } = start(true, {
    faultOf: () => {
      isCommit = !isCommit
      clock.spend(100)
      return isCommit ? null : 'lost'
    },
  })
  await expect(committer.commit([], [put()])).rejects.toMatchObject({ code: 'ERR_KV_UNAVAILABLE' })
  expect([await version(), engine.faults]).toEqual([0, 51])
})

test('nothing was changed is passed on as it is', async () => {
  const { committer, engine, put, version } = start(true)
  engine.failNext('unavailable')
  await expect(committer.commit([], [put()])).rejects.toMatchObject({ code: 'ERR_KV_UNAVAILABLE' })
  await committer.commit([], [put()])
  expect(await version()).toBe(1)
})

test('tokens of a lease that is over are replaced, and no condition is taken for failed because of it', async () => {
  const { committer, clock, put, version, tokensLeft, inner } = start(true)
  await committer.commit([], [put()])
  expect(await tokensLeft()).toBe(1)
  clock.advance(100_000)
  expect(await tokensLeft()).toBe(0)
  expect(await committer.commit([], [put()])).toMatchObject({ ok: true })
  await inner.revoke(2n)
  expect(await committer.commit([], [put()])).toMatchObject({ ok: true })
  await inner.commit([], [{ op: 'delete', key: 'txn/', end: 'txn0' }])
  expect(await committer.commit([], [put()])).toMatchObject({ ok: true })
  expect([await version(), await tokensLeft()]).toEqual([4, 1])
})

test('commits under way at once have tokens of their own, and closing leaves none', async () => {
  const { committer, put, version, tokensLeft } = start(true)
  await Promise.all(Array.from({ length: 20 }, () => committer.commit([], [put()])))
  expect([await version(), await tokensLeft()]).toEqual([20, 20])
  await committer.commit([], [put()])
  expect(await tokensLeft()).toBe(20)
  await committer.close()
  expect(await tokensLeft()).toBe(0)
})
