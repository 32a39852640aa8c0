import type { Op } from '../../../lib/kv/engine/engine.js'
import { NO_END } from '../../../lib/kv/engine/range.js'
import { Budget } from '../../../lib/kv/serve/budget.js'
import { leavingOf } from '../../../lib/kv/serve/events.js'
import type { Served } from '../../../lib/kv/serve/served.js'
import { ServedWatch, type Due } from '../../../lib/kv/serve/served-watch.js'
import { memoryStore } from '../../support/kv-memory.js'
import { turn, until } from '../../support/supplied.js'

const all = { key: '\0', end: NO_END }

/** A watch from a revision on, whose client may have so many bytes waiting. */
function start(bytesMax: number, from = 2) {
  const { engine } = memoryStore()
  const put = (key: string, bytes = 100): Op => ({ op: 'put', key, value: Buffer.alloc(bytes), lease: 0n })
  let watching = 0
  const watch = engine.watch.bind(engine)
  engine.watch = (...asked) => {
    watching += 1
    const real = watch(...asked)
    return { askProgress: () => real.askProgress(), close: () => { watching--; real.close() } } // prettier-ignore
  }
  const budget = new Budget(bytesMax)
  const asked = { id: 1, range: all, from, prevKv: false, leaving: leavingOf([]), progressNotify: false }
  let woken = 0
  const served = new ServedWatch({ engine } as Partial<Served> as Served, asked, budget, () => woken++)
  /** What is due, until nothing is any more. */
  const takeAll = async (): Promise<Due[]> => {
    const taken: Due[] = []
    for (let idle = 0; idle < 5; idle++) {
      for (let due = served.take(); due !== null; due = served.take()) {
        taken.push(due)
        idle = 0
      }
      await turn()
    }
    return taken
  }
  const isWatching = () => watching > 0
  return { engine, put, budget, watch: served, takeAll, isWatching, woken: () => woken }
}

const revisionsOf = (taken: readonly Due[]): number[] =>
  taken.flatMap((due) => (due.what === 'changes' ? due.changes.map(({ kv }) => kv.mod) : []))

it('has what came since, in one piece as far as it fits', async () => {
  const { engine, put, watch, woken, takeAll } = start(1_000_000)
  expect(watch.take()).toBeNull()
  await engine.commit([], [put('a'), put('b')])
  await engine.commit([], [put('c')])
  await until(() => woken() === 2)
  const [due, ...others] = await takeAll()
  expect(due).toMatchObject({ what: 'changes', first: 2, last: 3, changes: [{}, {}, {}] })
  expect(others).toEqual([])
})

it('leaves the store when too much waits, goes on where it was, and loses and repeats nothing', async () => {
  const { engine, put, budget, isWatching, takeAll } = start(1000)
  for (let i = 0; i < 50; i++) await engine.commit([], [put(`k${i}`)])
  await until(() => !isWatching())
  expect(budget.isSpent).toBe(true)
  const taken = await takeAll()
  expect(revisionsOf(taken)).toEqual(Array.from({ length: 50 }, (_, i) => i + 2))
  expect([budget.isSpent, isWatching()]).toEqual([false, true])
})

it('a single revision may be more than all that may wait', async () => {
  const { engine, put, takeAll } = start(10)
  await engine.commit([], [put('a', 5000), put('b', 5000)])
  await engine.commit([], [put('c', 5000)])
  expect(revisionsOf(await takeAll())).toEqual([2, 2, 3])
})

it('who is slower than the history finds a gap behind what was told', async () => {
  const { engine, put, isWatching, takeAll } = start(300)
  for (let i = 0; i < 20; i++) await engine.commit([], [put(`k${i}`)])
  await until(() => !isWatching())
  await engine.compact(15)
  const taken = await takeAll()
  expect(revisionsOf(taken)).toEqual([2, 3])
  expect(taken.at(-1)).toEqual({ what: 'gap', compactRevision: 15 })
})

it('progress comes behind what happened before, also when the store was left meanwhile', async () => {
  const { engine, put, watch, isWatching, takeAll } = start(300)
  for (let i = 0; i < 10; i++) await engine.commit([], [put(`k${i}`)])
  await until(() => !isWatching())
  watch.askProgress()
  const taken = await takeAll()
  expect(revisionsOf(taken)).toHaveLength(10)
  expect(taken.at(-1)).toEqual({ what: 'progress', revision: 11 })
})

it('gives back what waited when it is closed', async () => {
  const { engine, put, watch, budget, isWatching } = start(150)
  await engine.commit([], [put('a')])
  await until(() => budget.isSpent)
  watch.close()
  expect([budget.isSpent, isWatching(), watch.take()]).toEqual([false, false, null])
})
