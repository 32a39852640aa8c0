import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('registry --help teaches: for whom it is, where it listens, how it ends', () => {
  const { status, stdout } = deadbeat(scratch({}), ['registry', '--help'])
  expect(status).toBe(0)
  for (const word of ['Usage: deadbeat registry [options]', '10103', '--call lab1', '--insecure', 'Exit codes'])
    expect(stdout).toContain(word)
})

test('a port that is none is refused with the rule', () => {
  expect(deadbeat(scratch({}), ['registry', '--port', 'x']).stderr).toContain('It must be a port, from 0 to 65535.')
})
