import { MemoryBackend } from '../../../lib/kv/index.js'
import { Keys, NEVER_RAN } from '../../../lib/runner/index.js'
import { afterEnding } from '../../../lib/runner/node/ending.js'
import {
  deleteAttempt,
  forgetState,
  pruneHistory,
  putRecord,
  readAttemptRecord,
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

const good = { attempt: 2, run: 'r', node: 'n', started: 1, stopped: 2, outcome: 'failed', exit: null, codeHash: null }

it.each([
  ['no JSON', '{', 'it is no JSON'],
  ['no object', '[]', 'it must be an object'],
  [
    'a log of a wrong length',
    JSON.stringify({ ...good, pieces: '2' }),
    'pieces must be a whole number, at least 0: it is "2"',
  ],
  ['no outcome', JSON.stringify({ ...good, pieces: 1, outcome: 'odd' }), 'outcome must be one of success, failed'],
  [
    'an error that is none',
    JSON.stringify({ ...good, pieces: 1, error: 5 }),
    'error must be an object with name, message',
  ],
  [
    'skips that are none',
    JSON.stringify({ ...good, pieces: 1, skipped: [{}] }),
    'skipped must be a list, each an object with times, first, why',
  ],
  [
    'an exit that is none',
    JSON.stringify({ ...good, pieces: 1, exit: {} }),
    'exit must be an object with code, signal',
  ],
])('tells of a record that is %s, lists the others, and deletes it with its log all the same', async (_, text, why) => {
  await using kv = await start()
  await kv.put(keys.attempt(id, 'n', 2), text)
  const told: [number, string][] = []
  const tell = (attempt: number, { message }: Error) => void told.push([attempt, message])
  expect((await readHistory(kv, keys, id, 'n', 5, tell)).map(({ attempt }) => attempt)).toEqual([4, 1])
  const message = expect.stringContaining(`the record of attempt 2 of any/default a.b is spoilt: ${why}`)
  expect(told).toEqual([[2, message]])
  await pruneHistory(kv, keys, id, 'n', 2, tell)
  expect(told).toEqual([
    [2, message],
    [2, message],
  ])
  expect((await kv.listKeys('/deadbeat/log/', { recurse: 10 }))[0]).toEqual([])
  expect((await readHistory(kv, keys, id, 'n', 5, tell)).map(({ attempt }) => attempt)).toEqual([4])
})

it('knows a record by what it must have, and leaves what a newer node adds', () => {
  const text = JSON.stringify({ ...good, pieces: 3, more: 1 })
  expect(readAttemptRecord(id, 2, text)).toMatchObject({ ...good, pieces: 3 })
})
