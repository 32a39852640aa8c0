import { expect, test } from '@jest/globals'
import { ANSWER, startJobs } from './run-job.js'

test('a job is written with what is said of it, and what is not named stays', async () => {
  const { run, store, clock } = startJobs()
  clock.setWall(1_800_000_000_000)
  const args = ['-c', 'the.code', '-t', '10', '-r', '60', '-k', '5', '-b', '2', '-d', '7', '-i', 'it answers']
  expect(await run('set', 'the.answer', ...args, '-s', 'src', '.room.raw', '-s', 'factor', '2')).toMatchObject({
    status: 0,
    stdout: 'the.answer is written\n',
  })
  const first = {
    ...{ code: 'the.code', target: 1_800_000_010, repeat: 60, okAfter: 5, backoff: 2, delay: 7, info: 'it answers' },
    data: { src: ['room', 'raw'], factor: 2 },
  }
  expect((await store.get(ANSWER))?.written).toEqual(first)
  await run(
    'set',
    'the.answer',
    '-t',
    '-',
    '-s',
    'factor',
    '=-',
    '-s',
    'on',
    '=t',
    '--max-delay',
    '9',
    '--label',
    'gpu',
    'yes',
  )
  expect((await store.get(ANSWER))?.written).toEqual({
    ...first,
    ...{ target: null, maxDelay: 9, data: { src: ['room', 'raw'], on: true }, labels: { gpu: 'yes' } },
  })
})

test('an app takes the place of code, a pattern is taken away by -, and a copy has no target', async () => {
  const { run, store } = startJobs()
  await run('set', 'the.answer', '-c', 'x', '-t', '5', '--cron', '0 3 * * *', '--time-zone', 'Europe/Berlin')
  await run(
    'set',
    'the.copy',
    '-C',
    'the.answer',
    '--app',
    'backup',
    '--config',
    '{"a":1}',
    '--limit',
    'cpuSeconds',
    '5',
  )
  expect((await store.get({ ...ANSWER, path: ['the', 'copy'] }))?.written).toEqual({
    ...{ app: 'backup', config: { a: 1 }, cron: '0 3 * * *', timeZone: 'Europe/Berlin', limits: { cpuSeconds: 5 } },
    since: expect.any(Number),
  })
  await run('set', 'the.copy', '--cron', '-', '--failover')
  expect((await store.get({ ...ANSWER, path: ['the', 'copy'] }))?.entry).toMatchObject({
    failover: true,
    app: 'backup',
  })
  expect((await store.get({ ...ANSWER, path: ['the', 'copy'] }))?.entry?.cron).toBeUndefined()
})

test.each([
  [['set', 'a'], 64, /a is a new job: say what it runs by --code, --app or --copy/],
  [['set', 'a..b', '-c', 'x'], 64, /"a..b" has an empty element/],
  [['set', 'a', '-c', 'x', '-t', 'soon'], 64, /--target must be seconds from now, or -: it is "soon"/],
  [['set', 'a', '-c', 'x', '-d', 'long'], 65, /delay must be seconds, at least 0: it is NaN/],
  [['set', 'a', '-c', 'x', '--config', '{'], 64, /--config must be JSON/],
  [['set', 'a', '-c', 'x', '-s', 'v', '={'], 64, /behind = stands JSON/],
  [['set', 'a', '-c', 'x', '-s', 'v'], 64, /two words/],
  [['set', 'a', '-C', 'none'], 66, /there is no job any\/default none/],
  [['set', 'a', '-c', 'x', '--rev', '7'], 73, /at revision 7: it does not exist/],
])('%j is refused, and nothing is written', async (argv, status, message) => {
  const { run, kv } = startJobs()
  expect(await run(...argv)).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(message) })
  expect((await kv.listKeys('/', { recurse: 10 }))[0]).toEqual([])
})
