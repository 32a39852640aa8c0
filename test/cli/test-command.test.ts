import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('its help teaches how to do it, in lines that fit', () => {
  const { status, stdout } = deadbeat(scratch({}), ['test', '--help'])
  expect(status).toBe(0)
  expect(stdout).toMatch(/first\.in .*first\.out .*first\.dead\.out .*--update.*Exit codes/s)
  expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThan(120)
})

test('without an app it is a wrong use: 64', () => {
  expect(deadbeat(scratch({}), ['test']).status).toBe(64)
})
