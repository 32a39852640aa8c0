import { expect, test } from '@jest/globals'
import { ANSWER, startJobs } from './run-job.js'

async function filled() {
  const jobs = startJobs()
  await jobs.run('set', 'the.answer', '-c', 'x')
  await jobs.putState(ANSWER, { started: 5, attempt: 2 })
  const piece = (text: string) => JSON.stringify([{ time: 1_800_000_000, level: 'info', text }])
  await jobs.kv.put(jobs.keys.log(ANSWER, '', 1, 0), piece('first'))
  await jobs.kv.put(jobs.keys.log(ANSWER, '', 2, 0), piece('second'))
  return { ...jobs, piece }
}

test('the log of the last attempt, or of one that is named', async () => {
  const { run, json } = await filled()
  expect((await run('log', 'the.answer')).stdout).toBe('2027-01-15T08:00:00Z info second\n')
  expect((await run('log', 'the.answer', '--attempt', '1')).stdout).toContain('first')
  expect(await json('log', 'the.answer')).toEqual([{ attempt: 2, time: 1_800_000_000, level: 'info', text: 'second' }])
  expect(await run('log', 'the.answer', '--attempt', '3')).toMatchObject({
    status: 66,
    stderr: expect.stringMatching(/has had 2 attempts/),
  })
})

test('it is followed until the attempt is over', async () => {
  const { runIn, kv, keys, piece } = await filled()
  const heard = async (text: string): Promise<void> => {
    if (text.includes('second')) await kv.put(keys.log(ANSWER, '', 2, 1), piece('third'))
    if (text.includes('third')) await kv.put(keys.attempt(ANSWER, '', 2), '{}')
  }
  const { status, stdout } = await runIn({ heard: (text) => void heard(text) }, 'log', 'the.answer', '--follow')
  expect([status, stdout.match(/\w+$/gm)]).toEqual([0, ['second', 'third']])
})

test('a line of an app is shown as people read it, and with --json as it is', async () => {
  const { run, json, kv, keys } = await filled()
  const texts = [
    '{"level":"warn","time":"2027-01-15T08:00:00.000Z","cog":"Dedupe","msg":"full","left":3}',
    '{"level":"error","msg":"no room","err":{"message":"x","stack":"Error: x\\n    at a"}}',
    '{"a":1}',
  ]
  await kv.put(keys.log(ANSWER, '', 2, 0), JSON.stringify(texts.map((text) => ({ time: 1.8e9, level: 'warn', text }))))
  const { stdout } = await run('log', 'the.answer')
  expect(stdout.split('\n').map((line) => line.replace(/^.*Z warn /, ''))).toEqual([
    ...['Dedupe full left=3', 'no room', '    Error: x', '        at a', '{"a":1}', ''],
  ])
  expect(await json('log', 'the.answer')).toMatchObject(texts.map((text) => ({ text })))
})
