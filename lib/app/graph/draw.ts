/** A train's graph as text, for Mermaid, for Graphviz, or as a picture. */
import type { Graph, GraphNode } from './graph.js'
import { drawSvg } from './svg.js'

/** The forms that a graph can have. */
export const GRAPH_FORMATS = ['text', 'mermaid', 'dot', 'svg'] as const

/** One of them. */
export type GraphFormat = (typeof GRAPH_FORMATS)[number]

/** What is written at each node below its name: counts of a running train. */
export type Labels = ReadonlyMap<string, string>

/**
 * Draw a graph.
 *
 * @example
 * const graph = { name: 'a', nodes: [{ name: 'S', kind: 'supply', text: 'S()' }, { name: 'D', kind: 'drain', text: 'D()' }], edges: [{ from: 'S', to: 'D' }] }
 * assert.equal(draw(graph, 'mermaid'), 'flowchart LR\n  n0([S])\n  n1[(D)]\n  n0 --> n1\n')
 */
export function draw(graph: Graph, format: GraphFormat, labels: Labels = new Map()): string {
  if (format === 'svg') return drawSvg(graph, labels)
  if (format === 'dot') return drawDot(graph, labels)
  return format === 'mermaid' ? drawMermaid(graph, labels) : drawText(graph, labels)
}

function drawText({ nodes, edges }: Graph, labels: Labels): string {
  const rows = inFlow(nodes, edges).map((name) => {
    const to = edges.filter(({ from }) => from === name).map((edge) => edge.to)
    return [name, to.length === 0 ? '' : `→ ${to.join(', ')}`, labels.get(name) ?? ''] as const
  })
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map(
      (row) =>
        `${row
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** Each behind all that lead to it, and a straight stretch in one piece: last things first, from the end. */
function inFlow(nodes: Graph['nodes'], edges: Graph['edges']): string[] {
  const seen = new Set<string>()
  const order: string[] = []
  const visit = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    for (const { from, to } of edges.toReversed()) if (from === name) visit(to)
    order.push(name)
  }
  for (const { name } of nodes.toReversed()) visit(name)
  return order.reverse()
}

function drawMermaid({ nodes, edges }: Graph, labels: Labels): string {
  const id = new Map(nodes.map(({ name }, i) => [name, `n${i}`]))
  const shape = ({ name, kind }: GraphNode): string => {
    const more = labels.get(name)
    const plain = /^[\w ]+$/.test(name) && more === undefined
    const text = plain
      ? name
      : JSON.stringify(more === undefined ? name : `${name}<br>${more}`).replaceAll('#', '&#35;')
    if (kind === 'supply') return `([${text}])`
    if (kind === 'drain') return `[(${text})]`
    return kind === 'fork' ? `{${text}}` : `[${text}]`
  }
  const lines = [
    'flowchart LR',
    ...nodes.map((node) => `  ${id.get(node.name)}${shape(node)}`),
    ...edges.map(({ from, to }) => `  ${id.get(from)} --> ${id.get(to)}`),
  ]
  return `${lines.join('\n')}\n`
}

function drawDot({ name, nodes, edges }: Graph, labels: Labels): string {
  const shapes = {
    supply: 'cds',
    drain: 'cylinder',
    fork: 'diamond',
    cog: 'box',
    'open end': 'plaintext',
    'dead letters': 'note',
  }
  const label = (node: GraphNode): string =>
    [node.name, labels.get(node.name)].filter((part) => part !== undefined).join('\n')
  const lines = [
    `digraph ${JSON.stringify(name)} {`,
    '  rankdir=LR',
    ...nodes.map(
      (node) => `  ${JSON.stringify(node.name)} [shape=${shapes[node.kind]}, label=${JSON.stringify(label(node))}]`,
    ),
    ...edges.map(({ from, to }) => `  ${JSON.stringify(from)} -> ${JSON.stringify(to)}`),
    '}',
  ]
  return `${lines.join('\n')}\n`
}
