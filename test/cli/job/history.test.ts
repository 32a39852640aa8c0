import { expect, test } from '@jest/globals'
import { ANSWER, startJobs } from './run-job.js'

test('attempts that are over, the last first', async () => {
  const { run, putState, kv, keys, json } = startJobs()
  await run('set', 'the.answer', '-c', 'x')
  await putState(ANSWER, { attempt: 2 })
  const record = {
    run: 'r',
    node: 'n1',
    started: 1_800_000_000,
    stopped: 1_800_000_001.5,
    exit: null,
    codeHash: null,
    pieces: 0,
  }
  await kv.put(
    keys.attempt(ANSWER, '', 1),
    JSON.stringify({ ...record, attempt: 1, outcome: 'failed', error: { name: 'Error', message: 'no' } }),
  )
  await kv.put(
    keys.attempt(ANSWER, '', 2),
    JSON.stringify({ ...record, attempt: 2, outcome: 'success', exit: { code: 0, signal: null, why: 'it returned' } }),
  )
  expect((await run('history', 'the.answer')).stdout).toBe(
    '2  2027-01-15T08:00:00Z  1.5 s  n1  success  it returned\n1  2027-01-15T08:00:00Z  1.5 s  n1  failed  Error: no\n',
  )
  const skipped = [{ times: 2, first: 1_800_000_000, why: '2 starts were skipped: it still ran' }]
  const missed = {
    ...record,
    node: '',
    attempt: 3,
    outcome: 'skipped',
    error: { name: 'Skipped', message: 'too late' },
    skipped: [{ times: 1, first: 1_800_000_000, why: '1 start was skipped: too late' }],
  }
  await kv.put(keys.attempt(ANSWER, '', 3), JSON.stringify(missed))
  await kv.put(keys.attempt(ANSWER, '', 1), JSON.stringify({ ...record, attempt: 1, outcome: 'success', skipped }))
  await putState(ANSWER, { attempt: 3 })
  expect((await run('history', 'the.answer')).stdout.split('\n').filter((line) => /skipped/.test(line))).toEqual([
    '3  2027-01-15T08:00:00Z  1.5 s  -  skipped  Skipped: too late',
    '-  2027-01-15T08:00:00Z  -  -  skipped  2 starts were skipped: it still ran',
  ])
  await putState(ANSWER, { attempt: 2 })
  expect(await json('history', 'the.answer', '--last', '1')).toMatchObject([{ attempt: 2 }])
})
