import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('start --help teaches with examples, where things are, and what the codes mean', () => {
  const { status, stdout } = deadbeat(scratch({}), ['start', '--help'])
  expect(status).toBe(0)
  expect(stdout).toContain('deadbeat start resolve --daemon.user nobody')
  expect(stdout).toMatch(/73, it runs already/)
})

test('start without an app is a wrong usage, code 64', () => {
  expect(deadbeat(scratch({}), ['start']).status).toBe(64)
})

test('an app that is not there is told, code 66', () => {
  const { status, stderr } = deadbeat(scratch({}), ['start', 'none.ts'])
  expect(status).toBe(66)
  expect(stderr).toContain('there is no app none.ts')
})
