import { expect, test } from '@jest/globals'
import { isPersist } from '../../../lib/items/persist/persist-options.js'

test.each([true, false, {}, { restore: 'set' }, { restore: 'silently', durable: true }, { durable: false }])(
  '%j says how an item is persistent',
  (value) => {
    expect(isPersist(value)).toBe(true)
  },
)

test.each([
  ['a text', 'true'],
  ['nothing', null],
  ['a list', []],
  ['another word', { restore: 'loudly' }],
  ['no flag', { durable: 1 }],
  ['a field that nobody knows', { saved: true }],
  ['names of the language', JSON.parse('{"__proto__": true}')],
  ['names of the language too', { constructor: true }],
])('%s does not', (_, value: unknown) => {
  expect(isPersist(value)).toBe(false)
})
