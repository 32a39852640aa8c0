import { setFlagsFromString } from 'node:v8'
import { expect, test } from '@jest/globals'
import { readJobEntry } from '../../../lib/runner/job/job-entry.js'

test('what is not given is filled in', () => {
  expect(readJobEntry({ code: 'the.answer', repeat: 5 })).toMatchObject({
    ...{ code: 'the.answer', repeat: 5, target: 0, delay: 100, backoff: 1.1, maxDelay: 3600, maxAttempts: 0 },
    ...{ overlap: 'forbid', data: {}, labels: {}, limits: {}, paused: false, tier: 'plain', failover: false },
  })
})

test.each(['knocks', 'knock-knock', '/srv/knocks.ts', '/srv/knocks'])(
  'the app %s means the same on every node',
  (app) => {
    expect(readJobEntry({ app })).toMatchObject({ app })
  },
)

test.each([
  ['the answer', /a job must be an object/],
  [{ code: '' }, /code must be a dotted path: it is ""/],
  [{ code: 'a..b' }, /code must be a dotted path/],
  [{ code: 'a', app: 'b' }, /code and app exclude each other/],
  [{ app: '' }, /app must be the name of an app, or the whole path of its file on the node: it is ""/],
  [{ app: 'apps/knocks' }, /whole path of its file on the node: it is "apps\/knocks"/],
  [{ app: 'knocks.ts' }, /whole path/],
  [{ app: './knocks' }, /whole path/],
  [{ code: 'a', delay: -1 }, /delay must be seconds, at least 0: it is -1/],
  [{ code: 'a', since: 1e13 }, /since must be a time in UNIX seconds: it is 10000000000000/],
  [{ code: 'a', target: 1e300 }, /target must be a time in UNIX seconds, or null: it is 1e\+300/],
  [{ code: 'a', jitter: 2 }, /jitter must be a number from 0 to 1: it is 2/],
  [{ code: 'a', cron: '99 * * * *' }, /cron must be a cron pattern/],
  [{ code: 'a', timeZone: 'Mars/Olympus' }, /timeZone must be a time zone/],
  [{ code: 'a', labels: { gpu: 1 } }, /labels must be an object of texts/],
  [{ code: 'a', limits: { memory: 1 } }, /there is no limit "memory": there are memoryBytes/],
  [{ code: 'a', limits: { cpuSeconds: 0 } }, /limits.cpuSeconds must be a number of at least 1: it is 0/],
  [{ code: 'a', retries: 3 }, /there is no "retries": a job has code, app/],
  [JSON.parse('{"__proto__": 1}'), /there is no "__proto__"/],
  [{ code: 'a', constructor: 1 }, /there is no "constructor"/],
])('%j is refused', (value, message) => {
  expect(() => readJobEntry(value)).toThrow(message)
  expect(() => readJobEntry(value)).toThrow(expect.objectContaining({ code: 'ERR_ENTRY' }))
})

test('all faults are told at once', () => {
  expect(() => readJobEntry({ delay: -1, backoff: 0 })).toThrow(/delay must be .*; backoff must be/)
})

test('what goes over thousands of jobs finds one hidden class', () => {
  setFlagsFromString('--allow-natives-syntax')
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const isAlike = new Function('a', 'b', 'return %HaveSameMap(a, b)') as (a: unknown, b: unknown) => boolean
  const entries = Array.from({ length: 100 }, (_, at) => readJobEntry({ code: `job${at}`, target: at + 0.5 }))
  // V8 gets to know the kinds of fields by the first ones.
  expect(entries.slice(50).filter((entry) => !isAlike(entry, entries[99]))).toHaveLength(0)
})
