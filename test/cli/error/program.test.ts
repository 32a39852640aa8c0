import { expect, test } from '@jest/globals'
import { startErrors } from './run-error.js'

test('the help names every command', async () => {
  const { run } = await startErrors()
  const { status, stdout } = await run('--help')
  expect([
    status,
    ['dump', 'resolve', 'delete'].filter((name) => !new RegExp(`^  ${name} `, 'm').test(stdout)),
  ]).toEqual([0, []])
})
