import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('an app that is not there is told, with 66', () => {
  const { status, stderr } = deadbeat(scratch({}), ['test', 'none'])
  expect([status, stderr]).toEqual([66, expect.stringMatching(/^there is no app none; looked for:/)])
})

test('a plain script cannot be tried', () => {
  expect(deadbeat(scratch({ 'a.mjs': '' }), ['test', 'a'])).toMatchObject({
    status: 64,
    stderr: 'a is a plain script, which has run now: only what is made with app() can be tried\n',
  })
})

test('times are numbers', () => {
  expect(deadbeat(scratch({}), ['test', 'a', '--timeout', '5s'])).toMatchObject({
    status: 64,
    stderr: '--timeout must be a number of milliseconds: it is "5s"\n',
  })
})
