import { expect, test } from '@jest/globals'
import { allOf, changeTo, isShort, layoutText, parseLayout, type Change } from '../../../lib/app/checkpoints/layout.js'

const rows = (count: number, changed = -1): string =>
  JSON.stringify(
    Array.from({ length: count }, (_, i) => ({ path: `/in/${i * 7919}`, offset: i === changed ? 123_456 : 1 })),
  )

/** What is there after a change. */
function apply(there: ReadonlyMap<number, string>, { puts, deletes }: Change): Map<number, string> {
  const next = new Map([...there, ...puts])
  for (const number of deletes) next.delete(number)
  return next
}

function textOf(there: ReadonlyMap<number, string>, { layout }: Change): string {
  return layout.numbers.map((number) => there.get(number)).join('')
}

test('a change writes what is new, in the place of what is not used any more, and leaves nothing behind', () => {
  const first = allOf(rows(3000), 'g')
  let there = apply(new Map(), first)
  expect(textOf(there, first)).toBe(rows(3000))
  const count = there.size
  let last = first
  for (const text of [rows(3000, 1500), rows(3000, 10), rows(2000), rows(4000), rows(3000)]) {
    last = changeTo(text, last.layout)
    there = apply(there, last)
    expect(textOf(there, last)).toBe(text)
    expect(there.size).toBe(new Set(last.layout.numbers).size)
  }
  expect(there.size).toBe(count)
  expect(changeTo(rows(3000, 1500), last.layout).puts.length).toBeLessThanOrEqual(2)
  expect(changeTo(rows(3000), last.layout)).toMatchObject({ puts: [], deletes: [] })
})

test('the same piece twice is there once', () => {
  const text = `${'x'.repeat(65_536).repeat(3)}y`
  const change = allOf(text, 'g')
  expect(change.puts.map(([number]) => number)).toEqual([0, 1])
  expect(textOf(apply(new Map(), change), change)).toBe(text)
  const fewer = changeTo('x'.repeat(65_536 * 2), change.layout)
  expect([fewer.puts, fewer.deletes]).toEqual([[], [1]])
})

test('where the pieces are is written down and read again; a record is no such text', () => {
  const { layout } = allOf(rows(3000), '00ab01')
  expect(parseLayout(layoutText(layout))).toEqual({ generation: '00ab01', numbers: layout.numbers })
  for (const text of ['{"version":1}\n', 'pieces  1\n', 'pieces 0a 1,x\n']) expect(parseLayout(text)).toBe(null)
  expect([isShort('x'.repeat(32_768)), isShort('x'.repeat(32_769))]).toEqual([true, false])
})
