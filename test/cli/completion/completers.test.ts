import { expect, test } from '@jest/globals'
import { BY_NAME } from '../../../lib/cli/completion/completers.js'

test.each([
  ['file', { place: 'files' }],
  ['directory', { place: 'directories' }],
  ['app', 'resolve'],
])('what is called %s may be %j', async (name, expected) => {
  expect(await BY_NAME[name]?.({ word: '', args: [], options: new Map() })).toContainEqual(expected)
})
