import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('logs --help teaches with examples', () => {
  const { status, stdout } = deadbeat(scratch({}), ['logs', '--help'])
  expect(status).toBe(0)
  expect(stdout).toContain('deadbeat logs resolve -n 100 --follow')
})

test('a number of lines that is none is a wrong usage, code 64', () => {
  const { status, stderr } = deadbeat(scratch({}), ['logs', 'a', '-n', '-1'])
  expect([status, stderr]).toEqual([64, expect.stringContaining('It must be a whole number of at least 0.')])
})
