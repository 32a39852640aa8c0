import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('its help says what it looks at, in lines that fit', () => {
  const { status, stdout } = deadbeat(scratch({}), ['doctor', '--help'])
  expect([status, stdout]).toEqual([0, expect.stringMatching(/Node, the native part, limits.*Exit codes/s)])
  expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThan(126)
})
