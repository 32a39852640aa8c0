import { expect, test } from '@jest/globals'
import { startJobs } from './run-job.js'

async function start() {
  const jobs = startJobs()
  const { kv, keys } = jobs
  await kv.put(keys.member('any', 'default', 'north'), '{}')
  await kv.put(keys.member('all', 'default', 'south'), '{}')
  await kv.put(keys.member('any', 'lab', 'bench'), '{}')
  return jobs
}

test.each([
  ['nroth', 'did you mean north?'],
  ['bench', 'it has north, south'],
])('a node that the group does not have (%s) is told with those that it has', async (node, hint) => {
  const { run } = await start()
  for (const flags of [[], ['--undo']]) {
    expect(await run('drain', node, ...flags)).toMatchObject({
      ...{ status: 66, stdout: '', stderr: `job drain: there is no node ${node} in group default: ${hint}\n` },
    })
  }
  expect((await run('-g', 'empty', 'drain', 'north')).stderr).toBe(
    'job drain: there is no node north in group empty: it has none\n',
  )
})

test('members of any kind are known, and while they are away those that drain or have jobs of their own', async () => {
  const { run, kv, keys } = await start()
  for (const node of ['north', 'south']) expect((await run('drain', node)).status).toBe(0)
  await kv.delete(keys.member('any', 'default', 'north'))
  expect((await run('drain', 'north', '--undo')).status).toBe(0)
  expect((await run('drain', 'north')).status).toBe(66)
  await run('-n', 'north', 'set', 'lamp', '--app', 'lamp')
  expect((await run('drain', 'north')).status).toBe(0)
})
