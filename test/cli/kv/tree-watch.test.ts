import { expect, test } from '@jest/globals'
import { TreeWatch, type TreeStep } from '../../../lib/cli/kv/tree-watch.js'
import { startKv } from './run-kv.js'

const words = ({ changes }: TreeStep): string[] =>
  changes.map(({ revision, what, path }) => `${revision} ${what} ${path}`)

async function take(watch: TreeWatch, count: number): Promise<TreeStep[]> {
  const steps: TreeStep[] = []
  for await (const step of watch) if (steps.push(step) === count) break
  return steps
}

test('what a transaction did stays together, whatever the depths; what lies beside is passed by', async () => {
  const { engine, fill } = startKv()
  await fill({ '/a/old': '' })
  const watch = await TreeWatch.open(engine, '/a', true)
  await fill({ '/ab': '' })
  const put = (key: string) => ({ op: 'put' as const, key, value: Buffer.from('x'), lease: 0n })
  await engine.commit([], [put('1/a'), put('5/a/b/c/d/e'), put('1/ab'), { op: 'delete', key: '2/a/old' }])
  const [step] = await take(watch, 1)
  expect(words(step!)).toEqual(['4 created /a', '4 created /a/b/c/d/e', '4 deleted /a/old'])
})

test('who is slow loses nothing: more waits than is held here', async () => {
  const { engine } = startKv()
  const watch = await TreeWatch.open(engine, '', true)
  for (let n = 0; n < 2500; n++) {
    await engine.commit([], [{ op: 'put', key: '1/a', value: Buffer.from(`${n}`), lease: 0n }])
  }
  const steps = await take(watch, 2500)
  expect(steps.map(({ changes }) => String(changes[0]!.now!.value))).toEqual(
    Array.from({ length: 2500 }, (_, n) => `${n}`),
  )
})

test('behind a gap comes what is different', async () => {
  const { engine, fill } = startKv()
  await fill({ '/a': '1', '/b': '2', '/c': '3' })
  const watch = await TreeWatch.open(engine, '', true)
  // Before the watch hears of anything, its history is gone.
  await Promise.all([
    fill({ '/a': '1b' }),
    engine.commit([], [{ op: 'delete', key: '1/b' }]),
    fill({ '/d': '4' }),
    engine.compact(4),
  ])
  await fill({ '/e': '5' })
  await engine.compact(8).catch(() => engine.compact(7))
  const steps: string[] = []
  for await (const step of watch) {
    steps.push(...words(step))
    if (steps.some((word) => word.includes('/e'))) break
  }
  expect(steps.map((word) => word.replace(/^\d+ /, '')).sort()).toEqual([
    ...['changed /a', 'created /d', 'created /e', 'deleted /b'],
  ])
})

test('a store that fails ends it with the error', async () => {
  const { engine } = startKv()
  const watch = await TreeWatch.open(engine, '', true)
  await engine.close()
  await expect(take(watch, 1)).rejects.toThrow(/was closed/)
})

test('closing it ends the loop', async () => {
  const { engine } = startKv()
  const watch = await TreeWatch.open(engine, '/a', false)
  watch.close()
  expect(await take(watch, 1)).toEqual([])
})
