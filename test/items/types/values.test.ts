import { expect, test } from '@jest/globals'
import { checkValue, formatValue, ITEM_TYPES, numberOfLabel, parseValue } from '../../../lib/items/types/values.js'
import type { ItemType, ValueRules } from '../../../lib/items/index.js'

test.each(ITEM_TYPES.filter((type) => type !== 'json'))('%s is cleared only where its description says so', (type) => {
  expect(() => checkValue(null, { type })).toThrow('must have a value: it is null')
  expect([checkValue(null, { type, nullable: true }), formatValue(null, { type })]).toEqual([null, ''])
})

test('without a type, or with one that is not known, it is any JSON', () => {
  const all: ValueRules[] = [{}, { type: 'json' }, { type: 'constructor' as ItemType }]
  for (const rules of all) {
    expect([checkValue({ a: 1 }, rules), checkValue(null, rules), parseValue('[1]', rules)]).toEqual([
      ...[{ a: 1 }, null, [1]],
    ])
  }
  expect(() => checkValue(null, { nullable: false })).toThrow('must have a value')
})

test('a label is a number to a daemon; what is none is left for it to judge', () => {
  const rules = { type: 'enumerated', enumerators: { 0: 'off', 1: 'on' } } as const
  expect(['ON', 1, 7, 'broken', null].map((value) => numberOfLabel(value, rules))).toEqual([1, 1, 7, 'broken', null])
  expect(numberOfLabel('5', { type: 'numeric' })).toBe('5')
})
