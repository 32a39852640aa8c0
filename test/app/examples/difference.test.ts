import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compare, showChanges } from '../../../lib/app/examples/difference.js'

const texts = (expected: string[], came: string[]) => compare(expected, came).map(({ kind, text }) => kind + text)

test('lines that are the same are found, whatever is put in or taken out around them', () => {
  expect(texts(['a', 'b', 'c', 'd'], ['a', 'x', 'c', 'd', 'e'])).toEqual([' a', '-b', '+x', ' c', ' d', '+e'])
  expect(texts([], ['a'])).toEqual(['+a'])
  expect(texts(['a'], [])).toEqual(['-a'])
  expect(texts(['a', 'b'], ['a', 'b'])).toEqual([' a', ' b'])
})

test('what is not too much is what was expected, and what is not missing is what came, for any lists', () => {
  const lists = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })
  fc.assert(
    fc.property(lists, lists, (expected, came) => {
      const changes = compare(expected, came)
      const without = (kind: string) => changes.filter((change) => change.kind !== kind).map(({ text }) => text)
      expect([without('+'), without('-')]).toEqual([expected, came])
      const numbers = changes.filter(({ kind }) => kind !== '+').map(({ line }) => line)
      expect(numbers).toEqual(expected.map((_, i) => i + 1))
    }),
  )
})

test('of lists that are too long to be compared line by line all that differs is shown', () => {
  const [expected, came] = ['a', 'b'].map((name) => Array.from({ length: 2500 }, (_, n) => `${name}${n}`))
  const changes = compare(['start', ...(expected ?? []), 'end'], ['start', ...(came ?? []), 'end'])
  expect(['-', '+', ' '].map((kind) => changes.filter((change) => change.kind === kind).length)).toEqual([
    2500, 2500, 2,
  ])
})

test('only what is around a change is shown, with its line, escaped', () => {
  const lines = Array.from({ length: 30 }, (_, n) => `line ${n + 1}`)
  const came = lines.map((line, i) => (i === 4 ? 'five\u001b' : line)).filter((_, i) => i !== 20)
  expect(showChanges(compare(lines, came))).toEqual([
    ...['    3   line 3', '    4   line 4', '    5 - line 5', '    6 + five\\x1b', '    6   line 6', '    7   line 7'],
    ...['     ...', '   19   line 19', '   20   line 20', '   21 - line 21', '   22   line 22', '   23   line 23'],
  ])
  expect(showChanges(compare(lines, lines))).toEqual([])
})

test('of very many changes some are shown, and how many more there are', () => {
  const shown = showChanges(compare([], Array.from({ length: 100 }, String)))
  expect([shown.length, shown.at(-1)]).toEqual([61, '      and 40 more lines'])
})
