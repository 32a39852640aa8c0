import { expect, test } from '@jest/globals'
import { ANSWER, startJobs } from './run-job.js'

test('starts, ends, changes and nodes are told as they happen', async () => {
  const { runIn, run, kv, keys, putState } = startJobs()
  await run('set', 'the.answer', '-c', 'x')
  const steps = [
    () => kv.put(keys.member('any', 'default', 'n1'), '{}'),
    () => putState(ANSWER, { started: 5, node: 'n1', attempt: 1 }),
    () =>
      putState(ANSWER, {
        started: 5,
        stopped: 6,
        attempt: 1,
        outcome: 'failed',
        error: { name: 'Error', message: 'no' },
      }),
    () => run('set', 'the.answer', '-r', '5'),
    () => kv.delete(keys.member('any', 'default', 'n1')),
  ]
  const heard = (): void => void steps.shift()?.()
  const { status, stdout } = await runIn({ heard }, 'monitor', '--count', '6')
  expect(status).toBe(0)
  expect(stdout.replace(/^\S+ /gm, '')).toBe(
    'job the.answer is there\nnode n1 is there\nstate the.answer runs on n1, attempt 1\n' +
      'state the.answer ended: failed: Error: no\njob the.answer was changed\nnode n1 is gone\n',
  )
})

test('Ctrl-C ends it well', async () => {
  const { runIn, run } = startJobs()
  await run('set', 'the.answer', '-c', 'x')
  const controller = new AbortController()
  const around = { interrupt: controller.signal, heard: () => controller.abort('SIGINT') }
  expect((await runIn(around, 'monitor')).status).toBe(0)
})
