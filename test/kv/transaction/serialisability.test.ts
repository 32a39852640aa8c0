import { expect, test } from '@jest/globals'
import { Backend } from '../../../lib/kv/backend/backend.js'
import { EmbeddedBackend } from '../../../lib/kv/backend/embedded-backend.js'
import { MemoryEngine } from '../../../lib/kv/memory/memory-engine.js'
import { SystemClock } from '../../../lib/movement/loop/clock.js'
import { Random } from '../../../lib/testing/check/random.js'
import { FaultyEngine, type CommitFault } from '../../../lib/testing/faulty-engine.js'
import { faultsOf, makeHistory, type Committed } from '../../support/kv-histories.js'
import { temporary } from '../../support/temporary.js'

const FAULTS: readonly (CommitFault | null)[] = ['lost', 'unanswered', 'late', null, null, null, null]

/** A client behind a link that breaks now and then, and forgets history as it goes. */
function behindFaults(kv: Backend, seed: number): FaultyEngine {
  const random = new Random(seed)
  return new FaultyEngine(kv.engine, {
    faultOf: () => random.pick(FAULTS),
    before: async () => {
      for (let turns = random.below(3); turns > 0; turns--) await new Promise(setImmediate)
      if (!random.chance(30)) return
      const { revision } = await kv.engine.range([])
      await kv.engine.compact(revision).catch(() => undefined)
    },
  })
}

function memory(): Backend {
  return new Backend(new MemoryEngine({ clock: new SystemClock(), opsMax: 128, revisionsMax: Infinity }))
}

test.each([1, 2])('in memory behind faults, transactions are as if one came after the other; seed %i', async (seed) => {
  const store = memory()
  const links = [0, 1, 2, 3].map((i) => behindFaults(store, seed * 10 + i))
  const clients = links.map((link) => new Backend(link))
  const history = await makeHistory(clients, 50, seed)
  expect(faultsOf(history)).toEqual([])
  expect(history.filter(({ hasWritten }) => hasWritten).length).toBeGreaterThan(50)
  expect(links.every(({ faults }) => faults > 10)).toBe(true)
  await store.close()
})

test('so they are in a file that several have open, behind faults', async () => {
  const file = `${temporary()}/store.kv`
  const stores = [0, 1, 2].map(() => new EmbeddedBackend({ file }))
  const history = await makeHistory(
    stores.map((store, i) => new Backend(behindFaults(store, i))),
    60,
    1,
  )
  expect(faultsOf(history)).toEqual([])
  await Promise.all(stores.map((store) => store.close()))
})

test('150 of 150 increments are counted over links that break', async () => {
  const store = memory()
  await store.create('/n', '0')
  const count = async (kv: Backend): Promise<void> => {
    for (let i = 0; i < 50; i++) {
      await kv.transact(async (txn) => txn.update('/n', String(Number(await txn.get('/n')) + 1)), { maxRetries: 1000 })
    }
  }
  await Promise.all([1, 2, 3].map((seed) => count(new Backend(behindFaults(store, seed)))))
  expect((await store.get('/n'))[0]).toBe('150')
  await store.close()
})

test('a history that no order explains is found out', () => {
  const none = { gets: new Map(), lists: new Map(), writes: new Map() }
  const wrote: Committed = { ...none, revision: 2, hasWritten: true, writes: new Map([['/h/0/1', 'a']]) }
  const stale: Committed = { ...none, revision: 3, hasWritten: true, gets: new Map([['/h/0/1', null]]) }
  const lister: Committed = { ...none, revision: 2, hasWritten: false, lists: new Map([['/h/0/', []]]) }
  expect(faultsOf([stale, wrote, lister, { ...wrote, writes: new Map() }])).toEqual([
    'two have revision 2',
    'at 2 /h/0/ had : it had /h/0/1',
    'at 3 /h/0/1 was read as null: it was a',
  ])
})
