import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkPath, keyOf } from '../../lib/kv/path.js'
import { formatPath, parsePath, pathOfSegments, segmentsOf } from '../../lib/runner/path.js'

const element = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.constantFrom('.', '..', ':', '%', '%2F', '/', ' ', '__proto__'),
)
const path = fc.array(element, { maxLength: 16 })

test('what is written is read', () => {
  fc.assert(fc.property(path, (elements) => expect(parsePath(formatPath(elements))).toEqual(elements)))
})

test('every path is a clean path of kv, one segment for each element, and comes back', () => {
  fc.assert(
    fc.property(path, (elements) => {
      const key = `/x${segmentsOf(elements)}`
      checkPath(key, 'strict')
      expect(keyOf(key).startsWith(`${elements.length + 1}/`)).toBe(true)
      expect(pathOfSegments(key.slice(2))).toEqual(elements)
    }),
  )
})

test.each([
  ['', /"" has an empty element/],
  ['a..b', /"a..b" has an empty element/],
  ['.a', /an empty element/],
  ['a.', /an empty element/],
  ['a:', /a colon before ""/],
  ['a:x.b', /a colon before "x.b": only ":." ":_" "::" exist/],
  ['a:toString', /a colon before/],
  [Array.from({ length: 17 }, () => 'a').join('.'), /has 17 elements: a path has at most 16/],
])('%j is no path', (text, message) => {
  expect(() => parsePath(text)).toThrow(message)
  expect(() => parsePath(text)).toThrow(expect.objectContaining({ code: 'ERR_DOTTED_PATH' }))
})

test('elements that can be no path are refused where a path is written', () => {
  expect(() => formatPath(['a', ''])).toThrow(/\["a",""\] has an empty element/)
  expect(() => segmentsOf([''])).toThrow(/has an empty element/)
})

test('what others wrote is taken as it is', () => {
  expect(pathOfSegments('/100%/%zz')).toEqual(['100%', '%zz'])
})
