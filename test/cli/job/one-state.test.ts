import { expect, test } from '@jest/globals'
import { ANSWER, startJobs } from './run-job.js'

test('where several nodes have run it, it must be said which is meant', async () => {
  const { run, putState } = startJobs()
  await run('-n', '-', 'set', 'the.answer', '-c', 'x')
  expect(await run('-n', '-', 'log', 'the.answer')).toMatchObject({
    status: 66,
    stderr: expect.stringMatching(/has not run yet/),
  })
  for (const node of ['n1', 'n2']) await putState({ ...ANSWER, kind: 'all' }, { attempt: 1 }, node)
  expect(await run('-n', '-', 'log', 'the.answer')).toMatchObject({
    status: 64,
    stderr: expect.stringMatching(/has run on n1, n2: say on which by --on/),
  })
  expect((await run('-n', '-', 'log', 'the.answer', '--on', 'n2')).status).toBe(0)
  expect((await run('-n', '-', 'log', 'the.answer', '--on', 'n3')).stderr).toMatch(/has not run yet on n3/)
})
