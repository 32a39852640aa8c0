import { expect, test } from '@jest/globals'
import { startErrors } from './run-error.js'

test('a record is forgotten in its subsystem, or in all', async () => {
  const { run } = await startErrors()
  expect((await run('delete', 'a.question', '-s', 'run')).stdout).toBe('run a.question is forgotten\n')
  expect((await run('delete', 'a.question')).stdout).toBe('compile a.question is forgotten\n')
  expect((await run('dump', '-r')).stdout).toMatch(/^run {2}other/)
  expect((await run('delete', 'a.question')).status).toBe(66)
})
