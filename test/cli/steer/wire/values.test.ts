import { expect, test } from '@jest/globals'
import { fieldOf, jsonOf, textOf } from '../../../../lib/cli/steer/wire/values.js'
import { Item, Store } from '../../../../lib/items/index.js'
import { Escapement } from '../../../../lib/movement/index.js'

const item = new Item(new Store('lamp', new Escapement()), 'level', { type: 'numeric', format: '%.1f' })

test('values are shown for people, or as they are', () => {
  expect([textOf(item, 2, {}), textOf(item, 2, { unformatted: true }), textOf(item, null, {})]).toEqual([
    '2.0',
    '2',
    'null',
  ])
  expect([fieldOf(item, 2, {}), fieldOf(item, 2, { formatted: true }), fieldOf(item, null, {})]).toEqual([
    2,
    '2.0',
    null,
  ])
})

test('what JSON does not have becomes text, and bulk a list', () => {
  expect(jsonOf([NaN, Infinity, 5n, new Int8Array([1])])).toBe('["NaN","Infinity","5",[1]]')
})
