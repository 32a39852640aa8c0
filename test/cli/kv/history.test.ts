import { expect, test } from '@jest/globals'
import { keptOf, replay } from '../../../lib/cli/kv/history.js'
import type { Change, Engine } from '../../../lib/kv/engine/engine.js'
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

test('replay of one key reads what happened to it alone, and ends also where others had the last change', async () => {
  const { engine, fill } = startKv()
  await fill({ '/a': '1', '/b': '2' })
  await fill({ '/a': '3', '/c': '4' })
  const told: [string[], number][] = []
  const tell = (changes: readonly Change[], revision: number): void =>
    void told.push([changes.map(({ kv }) => kv.key), revision])
  expect(await replay(engine, 2, 5, tell, { key: '1/a' })).toBeNull()
  expect(await replay(engine, 2, 5, tell, { key: '1/none' })).toBeNull()
  expect(told).toEqual([[['1/a'], 2], [['1/a'], 4]]) // prettier-ignore
})

test('a store that can not say when all was told is asked for everything', async () => {
  const { engine, fill } = startKv()
  await fill({ '/a': '1', '/b': '2' })
  const dumb = new Proxy(engine, {
    get(target, name: keyof Engine) {
      const value: unknown = target[name]
      if (name === 'tellsProgress') return false
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  const told: number[] = []
  expect(await replay(dumb, 2, 3, (_, revision) => told.push(revision), { key: '1/a' })).toBeNull()
  expect(told).toEqual([2, 3])
})
