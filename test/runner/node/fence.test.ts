import { join } from 'node:path'
import { MemoryBackend, openKv, type Backend } from '../../../lib/kv/index.js'
import { Fence, runOf } from '../../../lib/runner/node/fence.js'
import { startEtcd } from '../../support/etcd.js'
import { temporary } from '../../support/temporary.js'

const path = '/deadbeat/claim/any/default/a'
const fenced = expect.objectContaining({ code: 'ERR_FENCED' })

async function start() {
  const kv = new MemoryBackend()
  const lease = await kv.lease()
  const { revision } = await kv.put(path, '{"node": "n", "run": "r1"}', { lease })
  let isSure = true
  const fence = new Fence(kv, { path, run: 'r1', token: revision, lease }, () => isSure)
  const write = () => fence.write((txn) => txn.put('/x', 'written'))
  return { kv, lease, fence, write, doubt: () => (isSure = false), value: async () => (await kv.get('/x'))[0] }
}

it('lets the owner of a claim write', async () => {
  const { kv, write, value, fence } = await start()
  await write()
  expect([await value(), fence.token > 0]).toEqual(['written', true])
  await kv.close()
})

it.each([
  ['another run', (kv: MemoryBackend) => kv.put(path, '{"node": "n", "run": "r2"}')],
  ['nobody', (kv: MemoryBackend) => kv.delete(path)],
  ['somebody who writes nonsense', (kv: MemoryBackend) => kv.put(path, 'nonsense')],
])('refuses the write of one whose claim has %s', async (_, take) => {
  const { kv, write, value, fence } = await start()
  await take(kv)
  await expect(write()).rejects.toThrow(fenced)
  expect(await value()).toBeNull()
  expect(() => fence.check()).toThrow(fenced)
  await kv.close()
})

it('refuses a write whose claim goes while it is under way', async () => {
  const { kv, fence, value } = await start()
  const late = fence.write(async (txn) => {
    await kv.delete(path, { mustExist: false })
    await txn.put('/x', 'late')
  })
  await expect(late).rejects.toThrow(fenced)
  expect(await value()).toBeNull()
  await kv.close()
})

describe.each<[string, () => Backend | Promise<Backend>]>([
  ['memory', () => new MemoryBackend()],
  ['a file', () => openKv(`file:${join(temporary(), 'kv')}`)],
  ['etcd', async () => openKv((await startEtcd()).url.replace('http:', 'etcd:'))],
])('on %s', (_, open) => {
  it('refuses what an owner that was thought dead was about to write, and what it writes when it wakes', async () => {
    await using kv = await open()
    const lease = await kv.lease()
    const { revision } = await kv.put(path, '{"node": "zombie", "run": "r1"}', { lease })
    const zombie = new Fence(kv, { path, run: 'r1', token: revision, lease }, () => true)
    let wake = (): void => undefined
    let falls = (): void => undefined
    const asleep = new Promise<void>((resolve) => (falls = resolve))
    const woken = new Promise<void>((resolve) => (wake = resolve))
    const late = expect(
      zombie.write(async (txn) => {
        falls()
        await woken
        await txn.put('/x', 'of a zombie')
      }),
    ).rejects.toThrow(fenced)
    await asleep
    await lease.revoke()
    const next = await kv.lease()
    const { revision: token } = await kv.put(path, '{"node": "n", "run": "r2"}', { lease: next })
    const owner = new Fence(kv, { path, run: 'r2', token, lease: next }, () => true)
    await owner.write((txn) => txn.put('/x', 'of the owner'))
    wake()
    await late
    await expect(zombie.write((txn) => txn.put('/x', 'again'))).rejects.toThrow(fenced)
    await expect(zombie.writeLast((txn) => txn.put('/x', 'last'), '/state')).rejects.toThrow(fenced)
    expect([(await kv.get('/x'))[0], owner.token > zombie.token]).toEqual(['of the owner', true])
  })
})

it('doubts itself before the store does; but the last word is decided by the claim alone', async () => {
  const { kv, fence, write, value, doubt } = await start()
  doubt()
  await expect(write()).rejects.toThrow(fenced)
  await fence.writeLast((txn) => txn.put('/x', 'last'))
  expect(await value()).toBe('last')
  await kv.close()
})

it('is of no lease that is over', async () => {
  const { kv, lease, fence, value } = await start()
  await lease.revoke()
  await expect(fence.writeLast((txn) => txn.put('/x', 'last'))).rejects.toThrow(fenced)
  expect(await value()).toBeNull()
  await kv.close()
})

it('reads whose a claim is', () => {
  expect(['{"run": "r"}', '{"run": 1}', '[]', 'x'].map(runOf)).toEqual(['r', null, null, null])
})

it('has the last word without its claim as long as the state is of its run, and a claim of nobody', async () => {
  const { kv, lease, fence, value } = await start()
  const last = () => fence.writeLast((txn) => txn.put('/x', 'last'), '/state')
  await lease.revoke()
  await expect(last()).rejects.toThrow(fenced)
  await kv.put('/state', '{"run": "r2"}')
  await expect(last()).rejects.toThrow(fenced)
  await kv.put('/state', '{"run": "r1"}')
  await kv.put(path, '{"run": "r2"}')
  await expect(last()).rejects.toThrow(fenced)
  expect(await value()).toBeNull()
  await kv.delete(path)
  await last()
  expect(await value()).toBe('last')
  await kv.close()
})
