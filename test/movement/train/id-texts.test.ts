import { expect, test } from '@jest/globals'
import { idTexts } from '../../../lib/movement/train/id-texts.js'

test('an id is the prefix and the number, and merged events have numbers of their own', () => {
  expect([0, 35, 36, -1, -36].map(idTexts('x-'))).toEqual(['x-0', 'x-z', 'x-10', 'x-m1', 'x-m10'])
})
