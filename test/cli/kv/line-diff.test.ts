import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { lineDiff, mergeLines } from '../../../lib/cli/kv/line-diff.js'

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })

test('what stayed and went is the one text, what stayed and came the other', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = lineDiff(before, after)
      const without = (mark: string) => diff.filter((one) => one.mark !== mark).map(({ line }) => line)
      expect([without('+'), without('-')]).toEqual([before, after])
    }),
  )
})

test('as few lines differ as can be', () => {
  const marks = lineDiff(['x', 'a', 'b', 'c', 'y'], ['x', 'b', 'new', 'c', 'y']).map(({ mark, line }) => mark + line)
  expect(marks).toEqual([' x', '-a', ' b', '+new', ' c', ' y'])
})

test('texts that differ in too many lines are different throughout', () => {
  const [left, right] = [0, 3].map((from) => Array.from({ length: 3000 }, (_, n) => `${(n + from) % 7}`))
  const diff = lineDiff(['same', ...left!, 'x'], ['same', ...right!, 'y'])
  expect([diff.length, diff[0]]).toEqual([6003, { mark: ' ', line: 'same' }])
})

test('a merge has both changes, or is none', () => {
  fc.assert(
    fc.property(lines, lines, (base, theirs) => {
      expect(mergeLines(base, base, theirs)).toEqual(theirs)
      expect(mergeLines(base, theirs, base)).toEqual(theirs)
      expect(mergeLines(base, theirs, theirs)).toEqual(theirs)
    }),
  )
  expect(mergeLines(['1', '2', '3'], ['0', '1', '2', '3'], ['1', '2', '3', '4'])).toEqual(['0', '1', '2', '3', '4'])
  expect(mergeLines(['1', '2', '3'], ['1', 'x', '3'], ['1', 'y', '3'])).toBeNull()
  expect(mergeLines(['1', '2'], ['x', '2'], ['1', 'y'])).toBeNull()
  expect(mergeLines([], ['x'], ['y'])).toBeNull()
})
