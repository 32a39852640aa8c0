import { expect, test } from '@jest/globals'
import { ANSWER, startJobs } from './run-job.js'

async function filled() {
  const jobs = startJobs()
  jobs.clock.setWall(1_800_000_000_000)
  await jobs.run('set', 'the.answer', '-c', 'x', '-r', '60')
  await jobs.putState(ANSWER, {
    started: 1_799_999_990,
    stopped: 1_799_999_995,
    outcome: 'success',
    attempt: 1,
    result: 42,
  })
  await jobs.run('set', 'lamp', '--app', 'lamp', '-t', '5')
  await jobs.run('-n', '-', 'set', 'all', '-c', 'y')
  return jobs
}

test('a line says what a job runs, and when it starts next and why', async () => {
  const { run } = await filled()
  expect((await run('list')).stdout).toBe(
    'lamp  app lamp  2027-01-15T08:00:05Z (target > started)\n' +
      'the.answer  x  2027-01-15T08:00:55Z (repeat); last success\n',
  )
  expect((await run('list', 'the')).stdout).toMatch(/^the.answer {2}[^\n]*\n$/)
  expect((await run('-n', '-', 'list')).stdout).toBe('all  y  -never- (no target)\n')
})

test('each node has its own line of a job of kind all, running ones say where', async () => {
  const { run, putState, kv, keys } = await filled()
  const id = { ...ANSWER, kind: 'all', path: ['all'] } as const
  await putState(id, { started: 1_799_999_999, node: 'n1', attempt: 1 }, 'n1')
  await kv.put(keys.claim(id, 'n1'), '{}')
  await putState(id, { started: 1_799_999_999, node: 'n2', attempt: 1 }, 'n2')
  expect((await run('-n', '-', 'list')).stdout).toBe(
    'all @n1  y  runs on n1 since 2027-01-15T07:59:59Z\nall @n2  y  was lost with n2\n',
  )
})

test('where the clock was set back, what counts from an end says when it is at the latest', async () => {
  const { run, clock, putState, kv, keys } = await filled()
  const id = { ...ANSWER, path: ['lamp'] }
  await putState(id, { started: 1_800_000_000, node: 'n1', attempt: 1 })
  await kv.put(keys.claim(id, ''), '{}')
  clock.setWall(1_799_990_000_000)
  expect((await run('list')).stdout).toBe(
    'lamp  app lamp  runs on n1 since 2027-01-15T08:00:00Z, by a clock that was set back\n' +
      'the.answer  x  at the latest 2027-01-15T05:14:20Z (repeat); last success\n',
  )
  expect((await run('run', 'the.answer')).stdout).toBe('the.answer is due now\n')
  expect((await run('list', 'the')).stdout).toContain('at the latest')
  // As whoever begins a job notes which target it had.
  await putState(ANSWER, { started: 1_799_999_990, stopped: 1_799_999_995, outcome: 'success', attempt: 1, target: 5 })
  expect((await run('list', 'the')).stdout).toBe(
    'the.answer  x  due (target > started): the group has no member; last success\n',
  )
})

test('with states, or nothing but states, as JSON', async () => {
  const { run, json } = await filled()
  expect(JSON.parse((await run('list', 'the', '-s')).stdout)).toMatchObject({
    ...{ path: 'the.answer', entry: { code: 'x', delay: 100 }, states: [{ result: 42, isClaimed: false }] },
  })
  expect((await run('list', 'the', '-S')).stdout).toMatch(/^the.answer \{.*"result":42/)
  expect(await json('list')).toMatchObject([{ path: 'lamp', kind: 'any' }, { path: 'the.answer' }])
})

test('as JSON it stands as in words, with what keeps it from being run', async () => {
  const { json, clock, putState } = await filled()
  const stands = async (...argv: string[]) =>
    (await json(...argv)).map((line) => (line as { standing: unknown }).standing)
  clock.advance(10_000)
  expect(await stands('list')).toEqual([
    [{ text: 'due (target > started): the group has no member', obstacle: 'the group has no member' }],
    [{ text: '2027-01-15T08:00:55Z (repeat); last success', obstacle: null }],
  ])
  expect(await stands('state', 'lamp')).toEqual([
    { text: 'due (target > started): the group has no member', obstacle: 'the group has no member' },
  ])
  for (const node of ['n1', 'n2']) await putState({ ...ANSWER, kind: 'all', path: ['all'] }, { node }, node)
  expect(await stands('-n', '-', 'list')).toEqual([
    [
      { on: 'n1', text: 'was lost with n1', obstacle: null },
      { on: 'n2', text: 'was lost with n2', obstacle: null },
    ],
  ])
})

test('one that can not be used says why', async () => {
  const { run, kv, keys } = startJobs()
  await kv.put(keys.job(ANSWER), '{"code":7}')
  expect((await run('list')).stdout).toMatch(
    /^the.answer {2}- {2}can't be used: .*code must be a dotted path: it is 7\n$/,
  )
})
