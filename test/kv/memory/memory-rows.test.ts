import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { prefixRange } from '../../../lib/kv/engine/range.js'
import { MemoryRows } from '../../../lib/kv/memory/memory-rows.js'
import { applyCommit } from '../../../lib/kv/store/apply.js'

test('at every revision that is kept the keys are those that were written and not deleted by then', () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b', 'c'), isPut: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), fc.nat(30), (steps, compactAt) => {
      const rows = new MemoryRows()
      const states = new Map([[1, '']])
      const model = new Set<string>()
      for (const { key, isPut } of steps) {
        if (isPut) model.add(key)
        else model.delete(key)
        const op = isPut
          ? ({ op: 'put', key, value: Buffer.alloc(0), lease: 0n } as const)
          : ({ op: 'delete', key } as const)
        applyCommit(rows, 'here', [], [op])
        states.set(rows.revision, [...model].sort().join(''))
      }
      const least = Math.min(compactAt + 1, rows.revision)
      if (least > 1) rows.compact(least)
      for (let at = least; at <= rows.revision; at++) {
        expect([...rows.scan(prefixRange(''), at)].map(({ key }) => key).join('')).toBe(states.get(at))
      }
    }),
  )
})

test('a key that was deleted before the oldest revision leaves nothing behind', () => {
  const rows = new MemoryRows()
  applyCommit(rows, 'here', [], [{ op: 'put', key: 'a', value: Buffer.alloc(0), lease: 0n }])
  applyCommit(rows, 'here', [], [{ op: 'delete', key: 'a' }])
  rows.compact(3)
  expect([...rows.scan(prefixRange(''), 2)]).toEqual([])
  expect([...rows.changes(1, 3)]).toMatchObject([{ revision: 3 }])
})

test('forgetting looks at each key once, however often it was written', () => {
  class Counting extends MemoryRows {
    looks = 0
    protected override prune(key: string): void {
      this.looks += 1
      super.prune(key)
    }
  }
  const rows = new Counting()
  for (let i = 0; i < 100; i++) {
    applyCommit(rows, 'here', [], [{ op: 'put', key: 'a', value: Buffer.alloc(0), lease: 0n }])
  }
  rows.compact(90)
  expect(rows.looks).toBe(1)
})
