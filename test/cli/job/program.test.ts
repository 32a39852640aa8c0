import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../../app/scratch.js'
import { startJobs } from './run-job.js'

test('job --help teaches with examples, and each command says what it does', async () => {
  const { run } = startJobs()
  const { status, stdout } = await run('--help')
  expect([status, stdout]).toEqual([0, expect.stringContaining('deadbeat job set a.question -c the.answer -t 0')])
  const names = Array.from(stdout.matchAll(/^ {2}([a-z]+) \[/gm), ([, name]) => name ?? '')
  expect(names).toContain('drain')
  names.splice(names.indexOf('help'), 1)
  for (const name of names) expect((await run(name, '--help')).stdout).toMatch(/ {2}deadbeat job .*\n\nExit codes/s)
  expect((await run('nothing')).status).toBe(64)
})

test('deadbeat --help lists it, and deadbeat job reaches it', () => {
  const dir = scratch({})
  expect(deadbeat(dir, ['--help']).stdout).toMatch(/^ {2}job +say what the nodes of a fleet are to run$/m)
  expect(deadbeat(dir, ['job', 'path', 'a.b', '--url', `file://${dir}/kv`]).status).toBe(66)
})
