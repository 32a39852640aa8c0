import { expect, test } from '@jest/globals'
import { compactTo } from '../../../lib/kv/embedded/compaction.js'
import { put, startTables } from './kit.js'

function start() {
  const started = startTables()
  const { tables, write, read } = started
  return {
    ...started,
    compact: (revision: number) => { write((rows) => { compactTo(rows, tables, revision) }) }, // prettier-ignore
    versions: () =>
      read((reading) =>
        [...tables.versions.getKeys({ start: { mod: 0, sub: 0 }, ...reading })].map(({ mod, sub }) => `${mod}:${sub}`),
      ),
  }
}

test('what no state from there on shows is gone from the file, and what it shows is not', () => {
  const { commit, compact, versions } = start()
  commit(put('a', '1'), put('b', '1'))
  commit(put('a', '2'), { op: 'delete', key: 'b' })
  commit(put('a', '3'), put('b', '2'))
  expect(versions()).toEqual(['2:0', '2:1', '3:0', '3:1', '4:0', '4:1'])
  compact(3)
  expect(versions()).toEqual(['3:0', '3:1', '4:0', '4:1'])
  compact(4)
  expect(versions()).toEqual(['4:0', '4:1'])
})

test('it takes as many steps as one likes', () => {
  const { commit, compact, versions } = start()
  for (let i = 0; i < 10; i++) commit(put('a', String(i)), i % 2 === 0 ? put('b') : { op: 'delete', key: 'b' })
  for (let revision = 2; revision <= 11; revision++) compact(revision)
  compact(5)
  expect(versions()).toEqual(['11:0', '11:1'])
  commit(put('a', ''))
  compact(12)
  expect(versions()).toEqual(['12:0'])
})
