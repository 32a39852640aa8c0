import { expect, test } from '@jest/globals'
import { startErrors } from './run-error.js'

test('a record is resolved in its subsystem, or in all', async () => {
  const { run } = await startErrors()
  expect((await run('resolve', 'a.question', '-s', 'run')).stdout).toBe('run a.question is resolved\n')
  expect((await run('resolve', 'a.question')).stdout).toBe(
    'compile a.question is resolved\nrun a.question was resolved before\n',
  )
  expect((await run('dump')).stdout).toBe('')
})

test('what has no record is told', async () => {
  const { run } = await startErrors()
  expect(await run('resolve', 'a')).toMatchObject({
    status: 66,
    stderr: 'error resolve: there is no record for a: deadbeat error dump -r shows all\n',
  })
  expect((await run('resolve', 'other', '-s', 'compile')).stderr).toContain('there is no record of compile for other')
})
