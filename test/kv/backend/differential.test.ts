import { expect, test } from '@jest/globals'
import type { Backend } from '../../../lib/kv/backend/backend.js'
import { EmbeddedBackend } from '../../../lib/kv/backend/embedded-backend.js'
import { Etcd3Backend } from '../../../lib/kv/backend/etcd3-backend.js'
import { MemoryBackend } from '../../../lib/kv/backend/memory-backend.js'
import { hasEtcd, startEtcd } from '../../support/etcd.js'
import { operate } from '../../support/kv-operations.js'
import { temporary } from '../../support/temporary.js'

const SEEDS = [1, 2, 3, 4, 5]
const COUNT = 150

async function answers(kv: Backend): Promise<unknown[][]> {
  const all: unknown[][] = []
  for (const seed of SEEDS) all.push(await operate(kv, `/seed-${seed}`, COUNT, seed))
  await kv.close()
  return all
}

test('the same operations give the same answers in memory and in a file', async () => {
  const expected = await answers(new MemoryBackend())
  expect(await answers(new EmbeddedBackend({ file: `${temporary()}/store.kv` }))).toEqual(expected)
  const codes = new Set(expected.flat().filter((answer) => typeof answer === 'string'))
  for (const code of ['COLLISION', 'VANISHED', 'REVISION_MISMATCH']) expect(codes).toContain(`ERR_KV_${code}`)
})

if (hasEtcd) {
  test('and so they do in etcd', async () => {
    const etcd = await startEtcd()
    // A token is a write of its own even where nothing else is written.
    const kv = new Etcd3Backend({ host: etcd.host, port: etcd.port, commitTokens: false })
    expect(await answers(kv)).toEqual(await answers(new MemoryBackend()))
  })
}
