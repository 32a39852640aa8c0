import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('new --help says what is written, and how its test runs', () => {
  const { status, stdout } = deadbeat(scratch({}), ['new', '--help'])
  expect(status).toBe(0)
  expect(stdout).toContain('node --import deadbeat/typescript --test test/cogs/cut-text.test.ts')
})

test('something else than a cog or an app is a wrong use, code 64', () => {
  const { status, stderr } = deadbeat(scratch({}), ['new', 'wheel', 'x'])
  expect([status, stderr]).toEqual([64, expect.stringContaining('Allowed choices are cog, app')])
})
