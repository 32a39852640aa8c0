import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('run --help tells what an app may be, and how to see its settings', () => {
  const { status, stdout } = deadbeat(scratch({}), ['run', '--help'])
  expect(status).toBe(0)
  expect(stdout).toMatch(/Usage: deadbeat run \[options\] <app> \[settings\.\.\.\]/)
  expect(stdout).toContain('deadbeat run resolve --help')
})

test('help run tells the same', () => {
  const dir = scratch({})
  expect(deadbeat(dir, ['help', 'run']).stdout).toBe(deadbeat(dir, ['run', '--help']).stdout)
})
