import { expect, test } from '@jest/globals'
import { keptOf, replay } from '../../../lib/cli/kv/history.js'
import { startKv } from './run-kv.js'

test('the history of a store begins at its first revision, or where it was compacted', async () => {
  const { engine, fill } = startKv()
  expect(await keptOf(engine)).toEqual({ oldest: 1, revision: 1 })
  await fill({ '/a': '1', '/b': '2' })
  expect(await keptOf(engine)).toEqual({ oldest: 1, revision: 3 })
  await engine.compact(3)
  expect(await keptOf(engine)).toEqual({ oldest: 3, revision: 3 })
})

test('replay tells each revision once, up to the one asked for, and says if some are gone', async () => {
  const { engine, fill } = startKv()
  await fill({ '/a': '1', '/b': '2', '/c': '3' })
  const told: number[] = []
  const tell = (_: unknown, revision: number): void => void told.push(revision)
  expect(await replay(engine, 2, 3, tell)).toBeNull()
  expect(await replay(engine, 4, 3, tell)).toBeNull()
  expect(told).toEqual([2, 3])
  await engine.compact(4)
  expect(await replay(engine, 2, 4, tell)).toBe(4)
})
