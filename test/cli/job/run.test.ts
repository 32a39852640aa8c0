import { expect, test } from '@jest/globals'
import { ANSWER, startJobs } from './run-job.js'

test('a job is due now', async () => {
  const { run, store, clock } = startJobs()
  clock.setWall(1_800_000_000_000)
  await run('set', 'the.answer', '-c', 'x')
  expect((await run('run', 'the.answer')).stdout).toBe('the.answer is due now\n')
  expect((await store.get(ANSWER))?.written).toEqual({ code: 'x', target: 1_800_000_000 })
})
