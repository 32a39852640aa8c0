import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isWithin, prefixRange, type Range } from '../../../lib/kv/engine/range.js'
import { MemoryRows } from '../../../lib/kv/memory/memory-rows.js'
import { applyCommit } from '../../../lib/kv/store/apply.js'
import { WatchHub } from '../../../lib/kv/store/watch-hub.js'
import { FROM_SOURCE, runScript } from '../../support/child.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'

const RANGES: readonly Range[] = [prefixRange(''), prefixRange('b'), { key: 'a' }]

function start(revisionsMax: number) {
  const rows = new MemoryRows()
  const hub = new WatchHub(rows, revisionsMax)
  return {
    rows,
    hub,
    write(...keys: string[]) {
      const ops = keys.map((key) => ({ op: 'put', key, value: Buffer.from(key), lease: 0n }) as const)
      applyCommit(rows, 'memory', [], ops)
      hub.wake()
    },
  }
}

function listen(hub: WatchHub, range: Range, from: number): string[] {
  const told: string[] = []
  hub.add(range, from, {
    changed: (changes, revision) => told.push(`${revision} ${changes.map(({ kv }) => kv.key).join()}`),
    gap: (revision) => told.push(`gap ${revision}`),
    failed: () => told.push('failed'),
  })
  return told
}

test('whenever a watch begins and wherever, it is told the same as one that was always there', async () => {
  const steps = fc.array(fc.oneof(fc.constantFrom('a', 'b', 'ba'), fc.constant('turn'), fc.nat(5)), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), async (all, revisionsMax) => {
      const { rows, hub, write } = start(revisionsMax)
      const whole = listen(hub, prefixRange(''), 2)
      const later: { told: string[]; from: number; range: Range }[] = []
      const begin = (range: Range, from: number): void => {
        later.push({ range, from, told: listen(hub, range, from) })
      }
      for (const step of all) {
        if (step === 'turn') await turnOfNode()
        else if (typeof step === 'string') write(step)
        else for (const range of RANGES) begin(range, Math.max(2, rows.revision - step))
      }
      while (whole.length < rows.revision - 1) await turnOfNode()
      await turnOfNode()
      for (const { told, from, range } of later) {
        expect(told).toEqual(
          whole.filter((line) => parseInt(line) >= from && isWithin(range, line.split(' ')[1] ?? '')),
        )
      }
    }),
  )
})

test('a watch that is behind when its history goes is told of the gap, and of nothing else', async () => {
  const { rows, hub, write } = start(2)
  const told = listen(hub, prefixRange(''), 0)
  for (let i = 0; i < 9; i++) write('a')
  rows.compact(8)
  await turnOfNode()
  expect(told).toEqual(['gap 8'])
  expect(hub.size).toBe(0)
})

test('many changes leave others their turns', async () => {
  const { hub, write } = start(2)
  const told = listen(hub, prefixRange(''), 0)
  for (let i = 0; i < 9; i++) write('a')
  await Promise.resolve()
  expect(told).toHaveLength(2)
  while (told.length < 9) await turnOfNode()
})

test('who throws when told leaves the others', async () => {
  const { lines } = await runScript(
    `const { WatchHub } = await import(source + 'lib/kv/store/watch-hub.ts')
     const { MemoryRows } = await import(source + 'lib/kv/memory/memory-rows.ts')
     const { applyCommit } = await import(source + 'lib/kv/store/apply.ts')
     process.on('uncaughtException', ({ message }) => console.log('uncaught', message))
     const rows = new MemoryRows()
     const hub = new WatchHub(rows)
     hub.add({ key: 'a' }, 0, { changed: () => { throw new Error('mine') } })
     hub.add({ key: 'a' }, 0, { changed: (_, revision) => console.log('told', revision) })
     applyCommit(rows, 'memory', [], [{ op: 'put', key: 'a', value: Buffer.from('1'), lease: 0n }])`,
    FROM_SOURCE,
  )
  expect(lines).toEqual(['told 2', 'uncaught mine'])
})

test('where the store can not be read any more, who watches is told so', async () => {
  const rows = new MemoryRows()
  let isBroken = false
  const hub = new WatchHub({
    read: (use) => {
      if (isBroken) throw new Error('broken')
      return use(rows)
    },
  })
  const told = listen(hub, prefixRange(''), 0)
  await turnOfNode()
  isBroken = true
  hub.wake()
  await turnOfNode()
  expect([told, hub.size]).toEqual([['failed'], 0])
})
