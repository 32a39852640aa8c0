import { expect, test } from '@jest/globals'
import { depthsOf, isIn, levelBelow, readTree } from '../../../lib/cli/kv/subtree.js'
import { startKv } from './run-kv.js'

test('a tree is read whole: in pages, at all depths, as of one revision', async () => {
  const { engine, fill } = startKv({ opsMax: Infinity })
  await engine.commit(
    [],
    Array.from({ length: 12_000 }, (_, n) => ({
      ...{ op: 'put' as const, key: `2/a/${n}`, value: Buffer.from('x'), lease: 0n },
    })),
  )
  await fill({ [`/a${'/x'.repeat(150)}`]: 'deep', '/b': 'beside' })
  const { found, revision } = await readTree(engine, '/a')
  expect([found.length, revision]).toEqual([12_001, 4])
  expect(new Set(found.map(({ path }) => path)).size).toBe(12_001)
  expect((await readTree(engine, '/a', { revision: 2 })).found.length).toBe(12_000)
})

test('the depths that there are cost a look each, and keys of others are passed by', async () => {
  const { engine, fill } = startKv()
  await fill({ '/a': '', '/a/b/c': '', [`/a${'/x'.repeat(11)}`]: '' })
  for (const key of ['0/odd', '12', '1odd', '7odd', '7/wrong', 'txn/1', ':']) {
    await engine.commit([], [{ op: 'put', key, value: Buffer.alloc(0), lease: 0n }])
  }
  expect((await depthsOf(engine)).depths).toEqual([1, 3, 7, 12])
  expect((await readTree(engine, '')).found.map(({ path }) => path)).toEqual(['/a', '/a/b/c', `/a${'/x'.repeat(11)}`])
})

test('a reading that the history is compacted under begins anew', async () => {
  const { engine, fill } = startKv()
  await fill({ '/a': '1' })
  const inTheWay = Object.assign(Object.create(engine) as typeof engine, {
    reads: 0,
    async range(...args: Parameters<typeof engine.range>) {
      const read = await engine.range(...args)
      if (this.reads++ === 0) {
        await fill({ '/b': '2' })
        await engine.compact(3)
      }
      return read
    },
  })
  expect((await readTree(inTheWay, '')).found.map(({ path }) => path)).toEqual(['/a', '/b'])
  await expect(readTree(inTheWay, '', { revision: 2 })).rejects.toThrow(/compacted/)
})

test('what lies below a path begins with it and a slash', () => {
  expect([isIn('/a', '/a'), isIn('/a', '/a/b'), isIn('/a', '/ab'), isIn('', '/x')]).toEqual([true, true, false, true])
  expect(levelBelow('/a', 3)).toEqual({ key: '3/a/', end: '3/a0' })
  expect(levelBelow('', 1)).toEqual({ key: '1/', end: '10' })
})
