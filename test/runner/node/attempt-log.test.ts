import { silentLogger } from '../../../lib/movement/index.js'
import { Backend } from '../../../lib/kv/backend/backend.js'
import { RefusedError, UnavailableError } from '../../../lib/kv/errors.js'
import { MemoryEngine } from '../../../lib/kv/memory/memory-engine.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { Keys, RunnerError } from '../../../lib/runner/index.js'
import { AttemptLog, followLog, readLog, type LogLine } from '../../../lib/runner/node/attempt-log.js'
import { anyJob } from './kit.js'

const id = anyJob('a', 'b')
const keys = new Keys()

function start({ waitingChars = 10_000 } = {}) {
  const clock = new ManualClock({ nowMs: 1000 })
  const kv = new Backend(new MemoryEngine({ clock, opsMax: 128, revisionsMax: 1000 }), { clock, log: silentLogger })
  let failure: Error | null = null
  const told: string[] = []
  const log = new AttemptLog({
    fence: {
      write: (body) => (failure === null ? kv.transact(body) : Promise.reject(failure)),
      get holds() {
        return (failure as { code?: string } | null)?.code !== 'ERR_FENCED'
      },
    },
    ...{ clock, flushMs: 500, pieceChars: 150, waitingChars },
    log: { ...silentLogger, warn: (...said: unknown[]) => void told.push(String(said.at(-1))) },
    pathOf: (piece) => keys.log(id, 'n', 7, piece),
  })
  const read = async () => (await readLog(kv, keys, id, 'n', 7)).map(({ text }) => text)
  return { clock, kv, log, read, told, fail: (error: Error | null) => (failure = error) }
}

const away = new UnavailableError('etcd', 'the link is down')
const fenced = new RunnerError('ERR_FENCED', 'it has lost its claim')

it('gathers lines for a while, and writes at once what is enough', async () => {
  const { clock, log, read } = start()
  log.append('info', 'one')
  log.append('warn', 'two')
  clock.advance(499)
  expect(log.pieces).toBe(0)
  clock.advance(1)
  await log.flush()
  expect([await read(), log.pieces]).toEqual([['one', 'two'], 1])
  log.append('info', 'a long line'.repeat(10))
  await log.flush()
  expect([(await read()).length, log.pieces]).toEqual([3, 2])
})

it('cuts what has gathered into pieces', async () => {
  const { log, read } = start()
  for (let n = 0; n < 7; n++) log.append('info', `${n}`)
  await log.flush()
  expect([await read(), log.pieces]).toEqual([['0', '1', '2', '3', '4', '5', '6'], 3])
})

it('keeps lines while the store is away, and writes them in order when it is back', async () => {
  const { clock, log, read, fail, told } = start()
  fail(away)
  log.append('info', 'one')
  const flushing = log.flush()
  clock.advance(10_000)
  log.append('info', 'two')
  clock.advance(10_000)
  fail(null)
  await clock.runUntilIdle()
  await flushing
  expect([await read(), told]).toEqual([['one', 'two'], []])
})

it('keeps no more than so much, and says where how many lines are missing', async () => {
  const { clock, log, read, fail } = start({ waitingChars: 200 })
  fail(away)
  for (let n = 0; n < 10; n++) log.append('info', `line ${n}`)
  fail(null)
  await clock.runUntilIdle()
  await log.flush()
  log.append('info', 'later')
  await log.flush()
  expect(await read()).toEqual([
    ...['line 0', 'line 1', '8 lines were dropped here: the store was away for too long, or refused them', 'later'],
  ])
})

it('goes on behind what the store refuses, and says that it is missing', async () => {
  const { log, read, fail, told } = start()
  fail(new RefusedError('etcd', 'request is too large'))
  log.append('info', 'one')
  await log.flush()
  fail(null)
  log.append('info', 'two')
  await log.flush()
  expect(await read()).toEqual([expect.stringMatching(/^1 lines were dropped here/), 'two'])
  expect(told).toEqual(["1 lines of a job's log are lost: etcd refused: request is too large"])
})

it('keeps what it may not write any more for the last word, or says that it is lost', async () => {
  const { kv, log, read, fail, told } = start()
  fail(fenced)
  log.append('info', 'one')
  await log.flush()
  await expect(log.finish(() => Promise.reject(away))).rejects.toBe(away)
  log.abandon('nobody may')
  expect([await read(), log.pieces, told]).toEqual([[], 0, ["1 lines of a job's log are lost: nobody may"]])
  await log.finish((body) => kv.transact(body))
  log.abandon('there is nothing left')
  expect([await read(), log.pieces, told.length]).toEqual([['one'], 1, 1])
})

it('is followed until the attempt has ended', async () => {
  const { kv, log } = start()
  const lines: string[] = []
  const following = (async () => {
    for await (const { level, text } of followLog(kv, keys, id, 'n', 7)) lines.push(`${level} ${text}`)
  })()
  log.append('info', 'first')
  await log.flush()
  log.append('error', 'second')
  await log.flush()
  await kv.put(keys.attempt(id, 'n', 7), '{}')
  await following
  expect(lines).toEqual(['info first', 'error second'])
})

it('is followed no longer than asked', async () => {
  const { kv } = start()
  const ending = new AbortController()
  const following = followLog(kv, keys, id, 'n', 7, { signal: ending.signal }).next()
  ending.abort(new Error('enough'))
  await expect(following).rejects.toThrow('enough')
})

it('is read without what is spoilt of it, which is told', async () => {
  const { kv, log } = start()
  for (const text of ['first', 'second', 'third', 'fourth']) {
    log.append('info', text)
    await log.flush()
  }
  await kv.put(keys.log(id, 'n', 7, 1), 'no JSON')
  await kv.put(keys.log(id, 'n', 7, 2), '[{"time": 1, "level": "info", "text": "kept"}, {"time": "1"}, 5]')
  await kv.put(keys.attempt(id, 'n', 7), '{}')
  for (const read of [
    (onSpoilt: (error: Error) => void) => readLog(kv, keys, id, 'n', 7, { onSpoilt }),
    async (onSpoilt: (error: Error) => void) => {
      const lines: LogLine[] = []
      for await (const line of followLog(kv, keys, id, 'n', 7, { onSpoilt })) lines.push(line)
      return lines
    },
  ]) {
    const told: string[] = []
    const lines = await read(({ message }) => told.push(message))
    expect(lines.map(({ text }) => text)).toEqual(['first', 'kept', 'fourth'])
    expect(told).toEqual([
      expect.stringMatching(/^a piece of a log, .*, is spoilt: it is no JSON/),
      expect.stringMatching(/is spoilt: 2 of its lines are none$/),
    ])
  }
})
