import { expect, test } from '@jest/globals'
import { ANSWER, startJobs } from './run-job.js'

test('how it stands, and what it has returned', async () => {
  const { run, putState, json } = startJobs()
  await run('set', 'the.answer', '-c', 'x')
  expect(await run('state', 'the.answer')).toMatchObject({ status: 1, stdout: 'the.answer  x  -never- (no target)\n' })
  expect(await run('state', 'the.answer', '-r')).toMatchObject({ status: 1, stdout: '' })
  await putState(ANSWER, { started: 5, stopped: 6, outcome: 'success', attempt: 1, result: { a: 42 } })
  expect(await run('state', 'the.answer', '-r')).toMatchObject({ status: 0, stdout: '{"a":42}\n' })
  expect((await run('state', 'the.answer')).stdout).toMatch(
    /^the.answer {2}x {2}-never- \(is done\); last success\n {2}started: 1970-/,
  )
  expect(await json('state', 'the.answer')).toMatchObject([
    { path: 'the.answer', outcome: 'success', result: { a: 42 } },
  ])
})

test('of all nodes each says its result', async () => {
  const { run, putState, json } = startJobs()
  await run('-n', '-', 'set', 'the.answer', '-c', 'x')
  for (const node of ['n1', 'n2']) await putState({ ...ANSWER, kind: 'all' }, { result: node }, node)
  expect((await run('-n', '-', 'state', 'the.answer', '-r')).stdout).toBe('n1  "n1"\nn2  "n2"\n')
  expect(await json('-n', '-', 'state', 'the.answer', '-r')).toEqual([
    { on: 'n1', result: 'n1' },
    { on: 'n2', result: 'n2' },
  ])
})
