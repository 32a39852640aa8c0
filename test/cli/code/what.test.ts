import { expect, test } from '@jest/globals'
import { nameOf, pathGiven } from '../../../lib/cli/code/what.js'

test('no path is all', () => {
  expect([pathGiven(undefined), pathGiven(':'), pathGiven('a.b')]).toEqual([[], [], ['a', 'b']])
})

test('commands of modules stand behind those of code', () => {
  expect([nameOf('code'), nameOf('module')]).toEqual(['code', 'code module'])
})
