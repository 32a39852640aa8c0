import { expect, test } from '@jest/globals'
import { startJobs } from './run-job.js'

test('a node drains for jobs of all kinds, until that is undone', async () => {
  const { run, kv, keys } = startJobs()
  const draining = async () =>
    await Promise.all(
      (['any', 'at', 'all'] as const).map(
        async (kind) => JSON.parse((await kv.get(keys.group(kind, 'default')))[0] ?? '').draining,
      ),
    )
  for (const node of ['n1', 'n2']) await kv.put(keys.member('at', 'default', node), '{}')
  expect((await run('drain', 'n1')).stdout).toBe('n1 drains in group default\n')
  await run('drain', 'n2')
  await run('drain', 'n1')
  expect(await draining()).toEqual([
    ['n2', 'n1'],
    ['n2', 'n1'],
    ['n2', 'n1'],
  ])
  await run('drain', 'n2', '--undo')
  expect(await draining()).toEqual([['n1'], ['n1'], ['n1']])
  expect((await run('drain', '')).status).toBe(64)
})

test('one that is not known yet drains by force', async () => {
  const { run, kv, keys } = startJobs()
  expect(await run('drain', 'n1')).toMatchObject({ status: 66, stdout: '' })
  expect((await kv.get(keys.group('any', 'default')))[0]).toBeNull()
  expect((await run('drain', 'n1', '--force')).stdout).toBe('n1 drains in group default\n')
})
