import { silentLogger } from '../../../lib/movement/index.js'
import { Backend } from '../../../lib/kv/backend/backend.js'
import { MemoryEngine } from '../../../lib/kv/memory/memory-engine.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { Keys } from '../../../lib/runner/index.js'
import { AttemptLog, followLog, readLog } from '../../../lib/runner/node/attempt-log.js'
import { anyJob } from './kit.js'

const id = anyJob('a', 'b')
const keys = new Keys()

function start() {
  const clock = new ManualClock({ nowMs: 1000 })
  const kv = new Backend(new MemoryEngine({ clock, opsMax: 128, revisionsMax: 1000 }), { clock })
  let isFenced = false
  const log = new AttemptLog({
    fence: {
      write: (body) => (isFenced ? Promise.reject(new Error('fenced')) : kv.transact(body)),
    },
    ...{ clock, log: silentLogger, flushMs: 500, pieceChars: 10 },
    pathOf: (piece) => keys.log(id, 'n', 7, piece),
  })
  const read = async () => (await readLog(kv, keys, id, 'n', 7)).map(({ text }) => text)
  return { clock, kv, log, read, lose: () => (isFenced = true) }
}

it('gathers lines for a while, and writes at once what is enough', async () => {
  const { clock, log, read } = start()
  log.append('info', 'one')
  log.append('warn', 'two')
  clock.advance(499)
  expect(log.pieces).toBe(0)
  clock.advance(1)
  await log.flush()
  expect([await read(), log.pieces]).toEqual([['one', 'two'], 1])
  log.append('info', 'a long line')
  await log.flush()
  expect([await read(), log.pieces]).toEqual([['one', 'two', 'a long line'], 2])
})

it("goes on when its job is another one's by now: what it writes is lost", async () => {
  const { log, read, lose } = start()
  lose()
  log.append('info', 'a long line')
  await log.flush()
  expect([await read(), log.pieces]).toEqual([[], 0])
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
