import { expect, test } from '@jest/globals'
import { draw } from '../../../lib/app/graph/draw.js'
import type { Graph } from '../../../lib/app/graph/graph.js'

const GRAPH: Graph = {
  name: 'a "b"',
  nodes: [
    { name: 'S', kind: 'supply', text: 'S(x="1")' },
    { name: 'fork', kind: 'fork', text: 'fork' },
    { name: 'D#1', kind: 'drain', text: 'D()' },
    { name: 'D#2', kind: 'drain', text: 'D()' },
  ],
  edges: [
    { from: 'S', to: 'fork' },
    { from: 'fork', to: 'D#1' },
    { from: 'fork', to: 'D#2' },
  ],
}
const LABELS = new Map([['D#1', '3 in']])

test('as text', () => {
  expect(draw(GRAPH, 'text', LABELS)).toBe('S     → fork\nfork  → D#1, D#2\nD#1               3 in\nD#2\n')
})

test('as text a line of the train stays in one piece, and dead letters come behind it', () => {
  const names = ['S', 'a', 'D', 'formatDeadLetter', 'E', 'dead letters']
  const nodes = names.map((name) => ({ name, kind: 'cog' as const, text: name }))
  const ways = ['S a', 'a D', 'dead letters>formatDeadLetter', 'formatDeadLetter E']
  const edges = ways
    .map((way) => way.split(way.includes('>') ? '>' : ' '))
    .map(([from = '', to = '']) => ({ from, to }))
  const drawn = draw({ name: 'x', nodes, edges }, 'text')
  expect(drawn.split('\n').map((line) => line.split(/ {2,}/)[0])).toEqual([
    ...['S', 'a', 'D', 'dead letters', 'formatDeadLetter', 'E', ''],
  ])
})

test('for Mermaid', () => {
  expect(draw(GRAPH, 'mermaid', LABELS)).toBe(
    [
      'flowchart LR',
      '  n0([S])',
      '  n1{fork}',
      '  n2[("D&#35;1<br>3 in")]',
      '  n3[("D&#35;2")]',
      '  n0 --> n1',
      '  n1 --> n2',
      '  n1 --> n3',
      '',
    ].join('\n'),
  )
})

test('for Graphviz', () => {
  expect(draw(GRAPH, 'dot', LABELS)).toBe(
    [
      'digraph "a \\"b\\"" {',
      '  rankdir=LR',
      '  "S" [shape=cds, label="S"]',
      '  "fork" [shape=diamond, label="fork"]',
      '  "D#1" [shape=cylinder, label="D#1\\n3 in"]',
      '  "D#2" [shape=cylinder, label="D#2"]',
      '  "S" -> "fork"',
      '  "fork" -> "D#1"',
      '  "fork" -> "D#2"',
      '}',
      '',
    ].join('\n'),
  )
})
