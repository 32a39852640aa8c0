import { expect, test } from '@jest/globals'
import { ANSWER, startJobs } from './run-job.js'

test('a job is shown as it is written, and with --all as it is meant', async () => {
  const { run, putState, json } = startJobs()
  await run('set', 'the.answer', '-c', 'x', '-s', 'a', '1')
  expect((await run('get', 'the.answer')).stdout).toBe('code: x\ndata: {"a":1}\n')
  expect((await run('get', 'the.answer', '--all')).stdout).toContain('\ndelay: 100\n')
  await putState(ANSWER, { started: 1_800_000_000, attempt: 3 })
  expect((await run('get', 'the.answer', '-s')).stdout).toMatch(/^state.started: 2027-01-15T08:00:00Z$/m)
  expect(await json('get', 'the.answer', '-s')).toMatchObject([{ entry: { code: 'x' }, states: [{ attempt: 3 }] }])
})

test('what can not be used is shown, and why', async () => {
  const { run, kv, keys } = startJobs()
  await kv.put(keys.job(ANSWER), '{"code":7}')
  expect(await run('get', 'the.answer')).toMatchObject({
    status: 0,
    stdout: 'code: 7\n',
    stderr: expect.stringMatching(/dotted path/),
  })
})
