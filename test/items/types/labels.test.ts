import { expect, test } from '@jest/globals'
import { labelOf, labelsOf, listLabels, numberOf } from '../../../lib/items/types/labels.js'

test('what is no number has no label', () => {
  const labels = labelsOf({ enumerators: { 0: 'off', '-1': 'lost', None: 'nothing', '1.5': 'x', '01': 'y' } })
  expect(Object.fromEntries(labels)).toEqual({ 0: 'off', '-1': 'lost' })
  expect(labelsOf({})).toEqual([])
})

test('a label is found in any case; of what is not there there is nothing', () => {
  const labels = labelsOf({ enumerators: { 0: 'Off', 1: 'on' } })
  expect([numberOf(' OFF', labels), numberOf('none', labels), labelOf(1, labels), labelOf(2, labels)]).toEqual([
    ...[0, null, 'on', null],
  ])
  expect(listLabels(labels)).toBe('0 (Off), 1 (on)')
})
