import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isWithin, NO_END, prefixRange } from '../../../lib/kv/engine/range.js'

const bytes = fc.uint8Array({ maxLength: 4 }).map((some) => Buffer.from(some).toString('latin1'))

test('the range of a prefix holds what begins so, and nothing else', () => {
  fc.assert(
    fc.property(bytes, bytes, (prefix, key) => {
      expect(isWithin(prefixRange(prefix), key)).toBe(key.startsWith(prefix))
    }),
  )
})

test('without an upper bound it holds all from its key on', () => {
  expect(['a', 'b', '\xff\xff'].map((key) => isWithin({ key: 'b', end: NO_END }, key))).toEqual([false, true, true])
})
