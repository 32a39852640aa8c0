import { expect, test } from '@jest/globals'
import type { WatchSink } from '../../lib/kv/engine/engine.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { FaultyEngine, type FaultyEngineOptions } from '../../lib/testing/faulty-engine.js'
import { memoryStore } from '../support/kv-memory.js'

function start(options: FaultyEngineOptions = {}) {
  const { engine: inner, write } = memoryStore()
  const engine = new FaultyEngine(inner, options)
  const commit = (key: string): Promise<unknown> =>
    engine.commit([], [{ op: 'put', key, value: Buffer.from(''), lease: 0n }])
  const keys = async (): Promise<string> =>
    ((await inner.range([{ key: '\0', end: '\0' }])).results[0]?.kvs ?? []).map(({ key }) => key).join('')
  return { inner, engine, commit, keys, write }
}

test('each fault does what it says', async () => {
  const { engine, commit, keys } = start()
  engine.failNext('unavailable', 'lost', 'unanswered', 'late')
  await expect(commit('a')).rejects.toMatchObject({ code: 'ERR_KV_UNAVAILABLE' })
  for (const key of ['b', 'c', 'd']) await expect(commit(key)).rejects.toMatchObject({ code: 'ERR_KV_OUTCOME_UNKNOWN' })
  expect(await keys()).toBe('c')
  await commit('e')
  expect([await keys(), engine.faults]).toEqual(['cde', 4])
})

test('what is late and refused disturbs nobody', async () => {
  const { engine, keys, commit } = start()
  engine.failNext('late')
  const op = { op: 'put', key: 'a', value: Buffer.from(''), lease: 99n } as const
  await expect(engine.commit([], [op])).rejects.toMatchObject({ code: 'ERR_KV_OUTCOME_UNKNOWN' })
  await commit('b')
  expect(await keys()).toBe('b')
})

test('faults may be chosen as they come, and something be done before each call', async () => {
  const calls: string[] = []
  const { engine, commit, keys } = start({
    faultOf: () => (calls.length === 1 ? 'lost' : null),
    before: (call) => void calls.push(call),
  })
  await expect(commit('a')).rejects.toThrow('did not say')
  await commit('b')
  await engine.range([])
  expect([calls, await keys()]).toEqual([['commit', 'commit', 'range'], 'b'])
})

test('while the link is broken nothing is heard; then watches go on where they were', async () => {
  const { engine, inner, commit, write } = start()
  const told: string[] = []
  const sink = (name: string): WatchSink => ({
    opened: (revision) => told.push(`${name} opened ${revision}`),
    changed: (_, revision) => told.push(`${name} ${revision}`),
    progress: (revision) => told.push(`${name} at ${revision}`),
    gap: (compacted) => told.push(`${name} gap ${compacted}`),
    failed: (error) => told.push(`${name} ${error.name}`),
  })
  const all = { key: '\0', end: '\0' }
  engine.watch(all, 0, sink('a'))
  const closed = engine.watch(all, 0, sink('b'))
  await commit('x')
  await turnOfNode()
  engine.disconnect()
  closed.close()
  for (const call of [
    () => commit('y'),
    () => engine.range([]),
    () => engine.grant(5),
    () => engine.keepAlive(1n),
    () => engine.revoke(1n),
    () => engine.timeToLive(1n),
    () => engine.compact(1),
    () => engine.version(),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: 'ERR_KV_UNAVAILABLE' })
  }
  const late = engine.watch(all, 2, sink('c'))
  late.askProgress()
  await write({ '/y': '1' })
  await turnOfNode()
  expect(told.splice(0)).toEqual(['a opened 1', 'b opened 1', 'a 2', 'b 2'])
  engine.connect()
  await turnOfNode()
  late.askProgress()
  await turnOfNode()
  expect(told.splice(0)).toEqual(['a opened 2', 'a 3', 'c opened 1', 'c 2', 'c 3', 'c at 3'])
  engine.disconnect()
  await inner.compact(await write({ '/z': '1' }))
  await write({ '/z': '2' })
  engine.connect()
  engine.connect()
  await turnOfNode()
  expect(told.splice(0).sort()).toEqual(['a 4', 'a 5', 'a opened 3', 'c 4', 'c 5', 'c opened 3'])
  engine.disconnect()
  await write({ '/z': '3' })
  await inner.compact(await write({ '/z': '4' }))
  engine.connect()
  await turnOfNode()
  expect(told.splice(0)).toEqual(['a gap 7', 'c gap 7'])
  engine.watch(all, 0, sink('d'))
  await turnOfNode()
  await engine.close()
  expect(told.splice(0)).toEqual(['d opened 7', 'd ClosedError'])
})
