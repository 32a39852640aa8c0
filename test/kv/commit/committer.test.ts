import { expect, test } from '@jest/globals'
import { Committer } from '../../../lib/kv/commit/committer.js'
import type { Op } from '../../../lib/kv/engine/engine.js'
import { memoryStore } from '../../support/kv-memory.js'

function put(lease: bigint): Op {
  return { op: 'put', key: '1/a', value: Buffer.from('1'), lease }
}

test('the store’s limit and its answers are passed on', async () => {
  const { engine } = memoryStore({ opsMax: 7 })
  const committer = new Committer(engine)
  expect(committer.opsMax).toBe(7)
  const missing = { key: '1/a', target: 'version', is: '!=', than: 0 } as const
  expect(await committer.commit([missing], [put(0n)])).toMatchObject({ ok: false, revision: 1 })
  expect(await committer.commit([], [put(0n), { op: 'range', key: '1/a' }])).toMatchObject({
    ok: true,
    revision: 2,
    results: [{ op: 'put' }, { op: 'range', count: 1 }],
  })
})

test('only the lease that the store doesn’t know is told so', async () => {
  const { engine } = memoryStore()
  const { id } = await engine.grant(60)
  const lost: bigint[] = []
  const leases = [id, 77n].map((each) => ({ id: each, lose: () => lost.push(each) }))
  await expect(new Committer(engine).commit([], [put(77n)], [], leases)).rejects.toMatchObject({ lease: 77n })
  expect(lost).toEqual([77n])
})
