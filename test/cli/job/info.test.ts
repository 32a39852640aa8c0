import { expect, test } from '@jest/globals'
import { startJobs } from './run-job.js'

test('groups, how many jobs they have, and which nodes', async () => {
  const { run, kv, keys, json } = startJobs()
  await run('set', 'a', '-c', 'x')
  await run('-g', 'lab', 'set', 'a', '-c', 'x')
  await run('-g', 'lab', 'set', 'b', '-c', 'x')
  await run('-g', 'lab', '-n', 'n1', 'set', 'a', '-c', 'x')
  for (const node of ['n1', 'n2']) await kv.put(keys.member('any', 'lab', node), '{}')
  expect((await run('info')).stdout).toBe('any/default  1 job  no node\n')
  expect((await run('-g', '-', 'info')).stdout).toBe(
    'any/default  1 job  no node\nany/lab  2 jobs  n1 n2\nat/lab/n1  1 job  no node\n',
  )
  expect(await json('-g', 'lab', 'info')).toMatchObject([
    { kind: 'any', nodes: ['n1', 'n2'] },
    { kind: 'at', node: 'n1' },
  ])
})
