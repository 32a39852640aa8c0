import { expect, test } from '@jest/globals'
import { Backend } from '../../lib/kv/backend/backend.js'
import { EmbeddedBackend } from '../../lib/kv/backend/embedded-backend.js'
import { MemoryBackend } from '../../lib/kv/backend/memory-backend.js'
import type { Committed, Engine, Op, Compare } from '../../lib/kv/engine/engine.js'
import { checkBackend } from '../../lib/testing/check-backend.js'
import { FaultyEngine, type CommitFault } from '../../lib/testing/faulty-engine.js'
import { memoryStore } from '../support/kv-memory.js'
import { temporary } from '../support/temporary.js'

const memory = (): Engine => memoryStore().engine

test('memory keeps every promise', async () => {
  expect(await checkBackend(() => new MemoryBackend())).toBeGreaterThan(40)
})

test('a file keeps every promise', async () => {
  const file = `${temporary()}/store.kv`
  expect(await checkBackend(() => new EmbeddedBackend({ file }))).toBeGreaterThan(40)
})

test('so does a store behind a link that breaks at every other commit', async () => {
  const faults: readonly (CommitFault | null)[] = ['lost', null, 'unanswered', null, null, 'late', null]
  let [commits, broken] = [0, 0]
  const make = (): Backend => {
    const faultOf = (): CommitFault | null => faults[commits++ % faults.length] ?? null
    const engine = new FaultyEngine(memory(), { faultOf })
    const close = engine.close.bind(engine)
    engine.close = async () => {
      broken += engine.faults
      await close()
    }
    return new Backend(engine)
  }
  await checkBackend(make)
  expect(broken).toBeGreaterThan(100)
})

type Commit = (compares: readonly Compare[], ops: readonly Op[], otherwise?: readonly Op[]) => Promise<Committed>

test.each<[string, (engine: Engine) => Partial<Engine>, RegExp]>([
  [
    'reads the present where the past is asked for',
    (engine) => ({ range: (requests) => engine.range(requests) }),
    /memory does not keep this: each write has a revision of its own/,
  ],
  [
    'checks no condition on ranges',
    ({ commit }) => {
      const careless: Commit = (compares, ...rest) =>
        commit(
          compares.filter(({ end }) => end === undefined),
          ...rest,
        )
      return { commit: careless }
    },
    /does not keep this/,
  ],
  [
    'forgets leases',
    ({ commit }) => {
      const careless: Commit = (compares, ops, ...rest) =>
        commit(
          compares,
          ops.map((op) => (op.op === 'put' ? { ...op, lease: 0n } : op)),
          ...rest,
        )
      return { commit: careless }
    },
    /does not keep this: a lease takes its keys with it/,
  ],
])('a store that %s is found out', async (_, change, message) => {
  const make = (): Backend => {
    const engine = memory()
    const bound: Engine = Object.assign(Object.create(engine) as Engine, { commit: engine.commit.bind(engine) })
    return new Backend(Object.assign(bound, change({ ...bound, range: engine.range.bind(engine) })))
  }
  await expect(checkBackend(make)).rejects.toThrow(message)
})
