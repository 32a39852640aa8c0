import { expect, test } from '@jest/globals'
import { describeItem, withoutValue } from '../../../lib/items/model/describe-item.js'

test('what nobody said of it is said as it is meant', () => {
  expect(describeItem('any', {})).toEqual({
    ...{ key: 'any', type: 'json', doc: '', units: null, choices: null, range: null },
    ...{ isSettable: true, isStream: false },
  })
  expect(describeItem('mode', { enumerators: { 0: 'off', 1: 'on' }, settable: false })).toMatchObject({
    ...{ choices: ['off', 'on'], isSettable: false },
  })
})

test('an error keeps its kind and its rule, and loses the value and its cause', () => {
  const error = withoutValue(new TypeError('must be a text: it is 7', { cause: 7 }))
  expect([error, error.cause]).toEqual([new TypeError('must be a text: it is ***'), undefined])
})
