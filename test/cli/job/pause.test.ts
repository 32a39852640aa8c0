import { expect, test } from '@jest/globals'
import { ANSWER, startJobs } from './run-job.js'

test('a job pauses and goes on, with all else as it was', async () => {
  const { run, store } = startJobs()
  await run('set', 'the.answer', '-c', 'x')
  expect((await run('pause', 'the.answer')).stdout).toBe('the.answer pauses\n')
  expect((await store.get(ANSWER))?.written).toEqual({ code: 'x', paused: true })
  expect((await run('resume', 'the.answer')).stdout).toBe('the.answer goes on\n')
  expect((await store.get(ANSWER))?.written).toEqual({ code: 'x', paused: false })
})

test('without a path it is the group', async () => {
  const { run, kv, keys } = startJobs()
  expect((await run('-g', 'lab', 'pause')).stdout).toBe('group lab pauses\n')
  expect(JSON.parse((await kv.get(keys.group('any', 'lab')))[0] ?? '')).toMatchObject({ paused: true })
  expect((await run('-g', 'lab', 'resume', '--json')).stdout).toBe('{"group":"lab","paused":false}\n')
})
