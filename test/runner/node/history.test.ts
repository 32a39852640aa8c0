import { MemoryBackend } from '../../../lib/kv/index.js'
import { Keys, NEVER_RAN } from '../../../lib/runner/index.js'
import { afterEnding } from '../../../lib/runner/node/ending.js'
import {
  deleteAttempt,
  forgetState,
  pruneHistory,
  putRecord,
  readHistory,
  recordOf,
} from '../../../lib/runner/node/history.js'
import { anyJob } from './kit.js'

const id = anyJob('a', 'b')
const keys = new Keys()

async function start() {
  const kv = new MemoryBackend()
  for (const attempt of [1, 2, 4]) {
    const running = { ...NEVER_RAN, started: attempt, node: 'n', run: `r${attempt}`, attempt }
    const record = recordOf(
      running,
      afterEnding(
        running,
        { outcome: 'success', result: attempt },
        { now: attempt + 1, chance: 0, blamelessMs: 60_000 },
      ),
      120,
    )
    await kv.transact((txn) => putRecord(txn, keys, id, 'n', record))
  }
  for (let piece = 0; piece < 120; piece++) await kv.put(keys.log(id, 'n', 2, piece), '[]')
  return kv
}

it('lists the attempts that are known, the last first, over a gap', async () => {
  await using kv = await start()
  const history = await readHistory(kv, keys, id, 'n', 5)
  expect(history.map(({ attempt, run, result }) => [attempt, run, result])).toEqual([
    [4, 'r4', 4],
    [2, 'r2', 2],
    [1, 'r1', 1],
  ])
  expect(history[0]).toMatchObject({ node: 'n', started: 4, stopped: 5, outcome: 'success', pieces: 120 })
})

it('deletes an attempt with all of its log, and says whether there was one', async () => {
  await using kv = await start()
  expect(await deleteAttempt(kv, keys, id, 'n', 2)).toBe(true)
  expect(await deleteAttempt(kv, keys, id, 'n', 2)).toBe(false)
  expect((await kv.listKeys('/deadbeat/log/', { recurse: 10 }))[0]).toEqual([])
  expect(await readHistory(kv, keys, id, 'n', 5)).toHaveLength(2)
})

it('deletes what is older than an attempt', async () => {
  await using kv = await start()
  await pruneHistory(kv, keys, id, 'n', 2)
  expect((await readHistory(kv, keys, id, 'n', 5)).map(({ attempt }) => attempt)).toEqual([4])
})

it('forgets a state only of a job that is gone and does not run', async () => {
  await using kv = await start()
  const there = async () => (await kv.get(keys.state(id, 'n')))[0] !== null
  await kv.put(keys.state(id, 'n'), '{}')
  for (const key of [keys.job(id), keys.claim(id, 'n')]) {
    await kv.put(key, '{}')
    await forgetState(kv, keys, id, 'n')
    expect(await there()).toBe(true)
    await kv.delete(key)
  }
  await forgetState(kv, keys, id, 'n')
  expect(await there()).toBe(false)
})
