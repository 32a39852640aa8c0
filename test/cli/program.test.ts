import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

test('--version says the version of the package', () => {
  expect(deadbeat(scratch({}), ['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
})

test('--help teaches with examples', () => {
  const { status, stdout } = deadbeat(scratch({}), ['--help'])
  expect(status).toBe(0)
  expect(stdout).toContain('deadbeat run apps/resolve.ts')
})

test('an unknown command is told with what was meant, code 64', () => {
  const { status, stderr } = deadbeat(scratch({}), ['runn'])
  expect(status).toBe(64)
  expect(stderr).toContain("unknown command 'runn'\n(Did you mean run?)")
})

test('a command that lacks its argument is a wrong usage, code 64', () => {
  expect(deadbeat(scratch({}), ['run']).status).toBe(64)
  expect(deadbeat(scratch({}), []).status).toBe(64)
})
