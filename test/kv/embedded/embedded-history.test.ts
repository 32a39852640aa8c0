import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { EmbeddedHistory } from '../../../lib/kv/embedded/embedded-history.js'
import { compactTo } from '../../../lib/kv/embedded/compaction.js'
import { readState } from '../../../lib/kv/embedded/state.js'
import type { Kv } from '../../../lib/kv/engine/engine.js'
import { prefixRange } from '../../../lib/kv/engine/range.js'
import { MemoryRows } from '../../../lib/kv/memory/memory-rows.js'
import { applyCommit } from '../../../lib/kv/store/apply.js'
import type { History } from '../../../lib/kv/store/rows.js'
import { put, startTables } from './kit.js'

const all = prefixRange('')

function start() {
  const started = startTables()
  const { tables, read } = started
  return {
    ...started,
    history: <T>(use: (history: History) => T): T =>
      read((reading) => use(new EmbeddedHistory(tables, readState(tables.root, reading), reading))),
  }
}

function text(kvs: Iterable<Kv>): string[] {
  return [...kvs].map(
    ({ key, value, create, mod, version }) => `${key} ${Buffer.from(value).toString()} ${create} ${mod} ${version}`,
  )
}

test('every state that is kept, and every change, is as in memory, whatever was written and compacted', () => {
  const key = fc.constantFrom('a', 'b', 'ba', 'c\xff')
  const op = fc.oneof(
    fc.tuple(key, fc.string()).map(([name, value]) => put(name, value)),
    key.map((name) => ({ op: 'delete', key: name }) as const),
    fc.constant({ op: 'delete', ...prefixRange('b') } as const),
  )
  const step = fc.oneof({ weight: 6, arbitrary: op }, { weight: 1, arbitrary: fc.nat(4) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const { write, history, tables } = start()
      const memory = new MemoryRows()
      for (const each of steps) {
        if (typeof each !== 'number') {
          applyCommit(memory, 'memory', [], [each])
          write((rows) => applyCommit(rows, 'file', [], [each]))
        } else if (memory.revision - each > memory.compacted) {
          memory.compact(memory.revision - each)
          write((rows) => { compactTo(rows, tables, rows.revision - each) }) // prettier-ignore
        }
      }
      history((file) => {
        expect([file.revision, file.compacted]).toEqual([memory.revision, memory.compacted])
        for (let revision = file.compacted; revision <= file.revision; revision++) {
          for (const range of [all, prefixRange('b'), { key: 'a' }, { key: 'none' }]) {
            expect(text(file.scan(range, revision))).toEqual(text(memory.scan(range, revision)))
          }
        }
        expect([...file.changes(file.compacted, file.revision)].map(told)).toEqual(
          [...memory.changes(memory.compacted, memory.revision)].map(told),
        )
      })
    }),
    { numRuns: 50 },
  )
})

function told({ revision, changes }: { revision: number; changes: readonly { type: string; kv: Kv }[] }): string {
  return `${revision}: ${changes.map(({ type, kv }) => `${type} ${text([kv])[0] ?? ''}`).join()}`
}

test('a state stays as it was while others write', () => {
  const { commit, history } = start()
  commit(put('a', '1'))
  history((before) => {
    commit(put('a', '2'), put('b'))
    expect(text(before.scan(all, before.revision))).toEqual(['a 1 2 2 1'])
    history((now) => {
      expect(text(now.scan(all, now.revision))).toEqual(['a 2 2 3 2', 'b b 3 3 1'])
      expect(text(now.scan(all, 2))).toEqual(['a 1 2 2 1'])
    })
  })
})

test('a key is found without its value, and one that no store has is not', () => {
  const { commit, history } = start()
  commit(put('a', 'value'))
  history((now) => {
    expect(now.get('a', true)?.value).toHaveLength(0)
    expect(now.get('')).toBeUndefined()
    expect(now.get('x'.repeat(5000))).toBeUndefined()
    expect(text(now.scan({ key: `A${'x'.repeat(5000)}`, end: `b${'x'.repeat(5000)}` }, 2))).toHaveLength(1)
  })
})
