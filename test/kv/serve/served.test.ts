import { headerOf, memberIdOf, revisionOf } from '../../../lib/kv/serve/served.js'
import type { Served } from '../../../lib/kv/serve/served.js'
import { memoryStore } from '../../support/kv-memory.js'

it('is the same member after a restart, and another at another address or of another store', () => {
  const id = memberIdOf(5n, '127.0.0.1:2379')
  expect(memberIdOf(5n, '127.0.0.1:2379')).toBe(id)
  expect(new Set([id, memberIdOf(5n, '127.0.0.1:2380'), memberIdOf(6n, '127.0.0.1:2379'), 0n]).size).toBe(4)
})

it('says in every header which store it is', async () => {
  const { engine } = memoryStore()
  const served = { engine, clusterId: 5n, memberId: 6n } as Partial<Served> as Served
  expect(headerOf(served, await revisionOf(served))).toEqual({ clusterId: 5n, memberId: 6n, revision: 1, term: 1 })
})
