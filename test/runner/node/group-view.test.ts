import { MemoryBackend } from '../../../lib/kv/index.js'
import { Keys } from '../../../lib/runner/index.js'
import { viewGroup } from '../../../lib/runner/node/group-view.js'
import { anyJob, atJob } from './kit.js'

const keys = new Keys()
const all = (path: string) => ({ kind: 'all', group: 'default', path: [path] }) as const

it('is read with its members, and with how many jobs each of them runs', async () => {
  const kv = new MemoryBackend()
  await kv.put(keys.member('any', 'default', 'a'), JSON.stringify({ capacity: 2, labels: { disk: 'ssd' } }))
  await kv.put(keys.member('any', 'default', 'b'), '{"isDraining":true}')
  await kv.put(keys.member('any', 'other', 'c'), '{}')
  await kv.put(keys.group('any', 'default'), '{"paused":true}')
  for (const path of ['x', 'y']) await kv.put(keys.claim(anyJob(path), ''), '{"node":"a"}')
  const { group, members, claims } = await viewGroup(kv, keys, { kind: 'any', group: 'default' })
  expect(group).toEqual({ paused: true, size: null, draining: [] })
  expect([...members.values()]).toEqual([
    { node: 'a', capacity: 2, labels: { disk: 'ssd' }, isDraining: false },
    { node: 'b', capacity: 1, labels: {}, isDraining: true },
  ])
  expect([...claims]).toEqual([['a', 2]])
})

it('counts the jobs of one node, and of all where each has its own', async () => {
  const kv = new MemoryBackend()
  for (const node of ['a', 'b']) {
    await kv.put(keys.member('all', 'default', node), '{}')
    await kv.put(keys.claim(all('x'), node), JSON.stringify({ node }))
    await kv.put(keys.claim(atJob(node, 'x'), node), JSON.stringify({ node: 'c' }))
  }
  expect([...(await viewGroup(kv, keys, { kind: 'all', group: 'default' })).claims]).toEqual([
    ['a', 1],
    ['b', 1],
  ])
  expect([...(await viewGroup(kv, keys, { kind: 'at', group: 'default', node: 'a' })).claims]).toEqual([['c', 1]])
})

it('takes what is spoilt as nodes do', async () => {
  const kv = new MemoryBackend()
  await kv.put(keys.member('any', 'default', 'a'), '{')
  await kv.put(keys.group('any', 'default'), '{"paused":7}')
  await kv.put(keys.claim(anyJob('x'), ''), '[')
  await kv.put(keys.claim(anyJob('y'), ''), '{"node":7}')
  const { group, members, claims } = await viewGroup(kv, keys, { kind: 'any', group: 'default' })
  expect([group.paused, [...members.values()], claims.size]).toEqual([
    false,
    [{ node: 'a', capacity: 0, labels: {}, isDraining: true }],
    0,
  ])
})
