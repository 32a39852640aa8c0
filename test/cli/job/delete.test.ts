import { expect, test } from '@jest/globals'
import { ANSWER, startJobs } from './run-job.js'

test('the first time it is disabled, the second time deleted, unless it still runs', async () => {
  const { run, store, kv, keys } = startJobs()
  await run('set', 'the.answer', '-c', 'x', '-t', '0')
  expect((await run('delete', 'the.answer')).stdout).toBe(
    'the.answer is disabled: delete it once more when it has ended\n',
  )
  expect((await store.get(ANSWER))?.entry?.target).toBeNull()
  await kv.put(keys.state(ANSWER, ''), '{}')
  await kv.put(keys.claim(ANSWER, ''), '{}')
  expect(await run('delete', 'the.answer')).toMatchObject({ status: 75, stderr: expect.stringMatching(/still runs/) })
  await kv.delete(keys.claim(ANSWER, ''))
  expect((await run('delete', 'the.answer')).stdout).toBe('the.answer is deleted\n')
  expect(await store.get(ANSWER)).toBeNull()
})

test('by force at once', async () => {
  const { run, store } = startJobs()
  await run('set', 'the.answer', '-c', 'x', '-t', '0')
  expect((await run('delete', 'the.answer', '-f')).stdout).toBe('the.answer is deleted\n')
  expect(await store.get(ANSWER)).toBeNull()
})
