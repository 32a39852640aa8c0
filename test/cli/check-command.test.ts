import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('check --help says what a check does and how it ends', () => {
  const { status, stdout } = deadbeat(scratch({}), ['check', '--help'])
  expect(status).toBe(0)
  expect(stdout).toContain('deadbeat check apps/resolve.ts --config new.yaml')
  expect(stdout).toContain('78, a setting is wrong')
})
