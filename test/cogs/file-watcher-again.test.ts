import { expect, test } from '@jest/globals'
import { chmodSync, rmSync } from 'node:fs'
import type { FileWatcherOptions } from '../../cogs/file-watcher-supply.js'
import { itemSetter, SourceError, type Json, type Winder } from '../../lib/movement/index.js'
import { Holder, world, type World } from '../support/log-world.js'

/** Run over some text with lines that are held, then give a world in which only the mark and the list of these are left. */
async function held(text: string, options: Partial<FileWatcherOptions<string>> = {}) {
  const here = world()
  here.append('a.log', text)
  let holder!: Holder
  const { start, supply, train, kill, shelf, until } = await here.run(null, options, (train) => [
    (holder = new Holder(train, {})),
  ])
  void start()
  const lines = text.split('\n').length - 1
  await until(() => shelf.taken.length + holder.holds.length === lines)
  const open = holder.open(supply)
  const mark = await kill()
  /** A run that goes on there. */
  const again = async (stages?: (train: Winder) => unknown[]) => {
    const run = await here.run(mark, options, stages)
    for (const { origin, ks } of open) await run.supply.supplyAgain(origin, ks)
    return run
  }
  return { ...here, mark, open, again, train }
}

test('supplies lines again that were held, each with its number, and nothing else of their range', async () => {
  const { append, again } = await held('one\nhold 1\ntwo\nhold 2\nthree\n')
  append('a.log', 'four\n')
  let holder!: Holder
  const { gets, shelf, supply, kill } = await again((train) => [(holder = new Holder(train, {}))])
  expect(holder.holds.map(({ data, event }) => [data, event.k])).toEqual([
    ['hold 1', 1],
    ['hold 2', 3],
  ])
  expect(holder.open(supply)).toMatchObject([{ ks: [1, 3], origin: { start: 0, end: 28 } }])
  expect(supply.progress()).toMatchObject([{ read: 28, acknowledged: 0, size: 33, lag: 5 }])
  await gets('four')
  expect(supply.progress()).toMatchObject([{ read: 33, acknowledged: 0 }])
  await kill()
  expect(supply.progress()).toMatchObject([{ read: 33, acknowledged: 33 }])
  expect(shelf.taken).toEqual(['four', 'hold 1', 'hold 2'])
})

test.each<[string, (world: World) => void]>([
  ['renamed', ({ rename }) => rename('a.log', 'a.log.1')],
  [
    'compressed',
    ({ rename, compress }) => {
      rename('a.log', 'a.log.1')
      compress('a.log.1')
    },
  ],
  ['copied and truncated', ({ copyTruncate }) => copyTruncate('a.log', 'a.log.1')],
])('supplies lines again of a file that was %s, and hands them out as they came if they fail', async (_, change) => {
  const { again, append, ...rest } = await held('hold 1\nhold \u00fc\r\n')
  change({ append, ...rest })
  append('a.log', 'three\n')
  const { gets, dead } = await again(() => [
    (line: string) => {
      if (line.startsWith('hold \u00fc')) throw new Error('bad')
      return [line]
    },
  ])
  await gets('hold 1', 'three')
  expect(dead.map(({ original }) => String(original))).toEqual(['hold \u00fc'])
})

test('says which lines are gone that were to be supplied again', async () => {
  const { again, path, append } = await held('one\nhold 1\nhold 2\n')
  rmSync(path('a.log'))
  append('b.log', 'so that the inode is not used again')
  append('a.log', 'three\n')
  const { gets, messages } = await again()
  await gets('three')
  expect(messages()).toContainEqual(
    expect.stringMatching(
      /^error: lines 1, 2 of .*a\.log, bytes 0 to 18, were under way and can't be read again: its inode/,
    ),
  )
})

test('fails its start while lines that were held cannot be read, so that a later one finds them', async () => {
  if (process.geteuid?.() !== 0) return
  const { again, path, root } = await held('one\nhold 1\n')
  chmodSync(root, 0o755)
  chmodSync(path('a.log'), 0o600)
  process.seteuid?.(65534)
  try {
    const failure: unknown = await again().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(SourceError)
    expect(failure).toMatchObject({
      code: 'EACCES',
      message: expect.stringMatching(/^cannot read lines 1 of .*a\.log/),
    })
  } finally {
    process.seteuid?.(0)
  }
  const { gets } = await again()
  await gets('hold 1')
})

test('supplies the beginning of a line again that was too long', async () => {
  const { again } = await held(`one\nhold ${'x'.repeat(5000)}\ntwo\n`, { lineMax: 100, chunkBytes: 512 })
  const { gets } = await again()
  await gets(`hold ${'x'.repeat(95)}`)
})

test('makes data of lines that are supplied again', async () => {
  const { append, run } = world()
  append('a.log', 'zero\none\ntwo\n')
  const { gets, supply, kill } = await run(null)
  await gets('zero', 'one', 'two')
  const [file] = supply.progress()
  const mark = await kill()
  const origin = { ...mark.files[0], start: 0, end: file?.read ?? 0 } as unknown as Json
  const later = await run(mark, { lineSetter: itemSetter('line'), idSetter: itemSetter('id') })
  await later.supply.supplyAgain(origin, [2])
  expect(later.shelf.taken).toEqual([{ line: 'two', id: 't2' }])
})
