import { expect, test } from '@jest/globals'
import { startJobs } from './run-job.js'

test('a node and a group say which jobs are meant, and the prefix which fleet', async () => {
  const { run, kv } = startJobs()
  await run('set', 'a.b', '-c', 'x')
  await run('-n', '-', 'set', 'a.b', '-c', 'x')
  await run('-n', 'n1', '-g', 'lab', 'set', 'a.b', '-c', 'x')
  await run('set', 'a.b', '-c', 'x', '--prefix', '/other')
  const [keys] = await kv.listKeys('/', { recurse: 10 })
  expect(keys).toEqual([
    '/deadbeat/job/all/default/a/b',
    '/deadbeat/job/any/default/a/b',
    '/deadbeat/job/at/n1/lab/a/b',
    '/other/deadbeat/job/any/default/a/b',
  ])
})
