import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('restart --help says that a wrong app or configuration leaves the old daemon running', () => {
  const { status, stdout } = deadbeat(scratch({}), ['restart', '--help'])
  expect(status).toBe(0)
  expect(stdout).toContain('if they are wrong, the old daemon goes on')
})
