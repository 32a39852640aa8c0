import { expect, test } from '@jest/globals'
import { startJobs } from './run-job.js'

test('where a job lies, for deadbeat kv', async () => {
  const { run } = startJobs()
  expect((await run('path', 'a.b')).stdout).toBe('/deadbeat/job/any/default/a/b  /deadbeat/state/any/default/a/b\n')
  expect((await run('-n', '-', 'path', 'a', '--on', 'n1', '--prefix', '/p')).stdout).toMatch(
    / {2}\/deadbeat\/state\/all\/default\/n1\/a\n/,
  )
})
