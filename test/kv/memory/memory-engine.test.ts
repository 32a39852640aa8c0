import { expect, test } from '@jest/globals'
import { MemoryEngine } from '../../../lib/kv/memory/memory-engine.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { checkEngine, put, stateOf } from '../engine-contract.js'

function start(options: { opsMax?: number; revisionsMax?: number }) {
  const clock = new ManualClock()
  return { clock, engine: new MemoryEngine({ clock, opsMax: 128, revisionsMax: Infinity, ...options }) }
}

checkEngine(start)

test('too many operations are refused before anything is done', async () => {
  const { engine } = start({ opsMax: 2 })
  await expect(engine.commit([], [put('a', ''), put('b', ''), put('c', '')])).rejects.toThrow('at most 2')
  expect(await stateOf(engine)).toBe('')
})

test('a lease is over when its time is, also where its alarm has not rung yet', async () => {
  let nowMs = 0
  const clock = Object.assign(new ManualClock(), { now: () => nowMs, alarm: () => () => undefined })
  const engine = new MemoryEngine({ clock, opsMax: 128, revisionsMax: Infinity })
  const { id } = await engine.grant(2)
  nowMs = 1999
  expect(await engine.timeToLive(id)).toEqual({ ttlS: 1, grantedTtlS: 2, keys: [] })
  nowMs = 2000
  expect(await engine.timeToLive(id)).toEqual({ ttlS: -1, grantedTtlS: 0, keys: [] })
})
