import { expect, test } from '@jest/globals'
import { listText } from '../../../lib/cli/steer/list-text.js'

test('keys stand in a column, choices in place of the type', () => {
  const one = { type: 'enumerated', doc: 'x', units: null, choices: ['off', 'on'], range: null } as const
  const text = listText([
    { key: 'a', ...one, isSettable: false, isStream: true },
    { key: 'long', ...one, choices: null, isSettable: true, isStream: false },
    { key: 'mute', ...one, doc: '', choices: null, isSettable: true, isStream: false },
  ])
  expect(text).toBe('a     off|on, stream: x\nlong  enumerated, settable: x\nmute  enumerated, settable\n')
})
