import { expect, test } from '@jest/globals'
import { drawSvg } from '../../../lib/app/graph/svg.js'

test('a box for each, a way for each edge, and nothing of the names is markup', () => {
  const picture = drawSvg(
    {
      name: '<script>',
      nodes: [
        { name: 'S&T', kind: 'supply', text: 'S(x="<1>")' },
        { name: 'D', kind: 'drain', text: 'D()' },
      ],
      edges: [{ from: 'S&T', to: 'D' }],
    },
    new Map([['D', '3 in']]),
  )
  expect(picture.match(/<rect /g)?.length).toBe(2)
  expect(picture.match(/fill="none"/g)?.length).toBe(1)
  expect([picture.includes('<script>'), picture.includes('S&#38;T'), picture.includes('3 in')]).toEqual([
    false,
    true,
    true,
  ])
  const tags = [...picture.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)]
  const depth = tags.reduce((sum, [, isEnd, , isEmpty]) => sum + (isEnd === '/' ? -1 : isEmpty === '/' ? 0 : 1), 0)
  expect(depth).toBe(0)
})

test('boxes do not overlap', () => {
  const nodes = ['a', 'b', 'c'].map((name) => ({ name, kind: 'cog' as const, text: name }))
  const picture = drawSvg({ name: 'x', nodes, edges: [] }, new Map())
  const tops = [...picture.matchAll(/<rect x="12" y="(\d+)" width="\d+" height="(\d+)"/g)].map(([, y, height]) => [
    Number(y),
    Number(y) + Number(height),
  ])
  expect(tops.length).toBe(3)
  expect((tops[0]?.[1] ?? 0) < (tops[1]?.[0] ?? 0) && (tops[1]?.[1] ?? 0) < (tops[2]?.[0] ?? 0)).toBe(true)
})
