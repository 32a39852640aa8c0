import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('stop --help teaches with examples, and what the codes mean', () => {
  const { status, stdout } = deadbeat(scratch({}), ['stop', '--help'])
  expect(status).toBe(0)
  expect(stdout).toContain('deadbeat stop --pid-file /run/x.pid')
  expect(stdout).toContain('69, it was not running')
})

test.each([
  [['stop'], /missing required argument 'app'/],
  [['stop', 'a', '--timeout', 'soon'], /'soon' is invalid. It must be /],
])('%j is a wrong usage, code 64', (argv, message) => {
  const { status, stderr } = deadbeat(scratch({}), argv)
  expect(status).toBe(64)
  expect(stderr).toMatch(message)
})
