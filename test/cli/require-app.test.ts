import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('a plain script cannot be looked at, code 64', () => {
  const dir = scratch({ 'a.mjs': 'console.log("ran")\n' })
  expect(deadbeat(dir, ['config', 'a'])).toEqual({
    status: 64,
    stdout: 'ran\n',
    stderr: 'config needs an app that is made with app(): a is a plain script, which has run now\n',
  })
})
