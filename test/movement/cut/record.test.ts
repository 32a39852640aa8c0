import { expect, test } from '@jest/globals'
import { recordOf } from '../../../lib/movement/cut/record.js'

const whole = { version: 1, timeMs: 0, supplies: {}, drains: {}, snapshots: {}, origins: [], values: [] }

test('a whole record of this version is taken as it is', () => {
  expect(recordOf(whole, 'x')).toBe(whole)
})

test('what is no record, only half of one, or of a newer version says so with the file and what to do', () => {
  for (const none of [7, 'x', [], {}, { version: '1' }]) {
    expect(() => recordOf(none, '/s/checkpoint')).toThrow('/s/checkpoint holds no check-point of a train: restore it')
  }
  expect(() => recordOf({ ...whole, origins: {} }, 'x')).toThrow('x is not a whole check-point')
  expect(() => recordOf({ ...whole, supplies: [] }, 'x')).toThrow('x is not a whole check-point')
  expect(() => recordOf({ ...whole, version: 2 }, 'x')).toThrow(
    'x was written by a newer version (format 2, this one knows 1): run that version',
  )
})
