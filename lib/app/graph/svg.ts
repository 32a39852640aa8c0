/** A train's graph as a picture: boxes in columns, in the order of flow. */
import type { Graph, GraphNode } from './graph.js'
import { layersOf } from './layers.js'

const CHARACTER = 7.5
const LINE = 18
const PAD = 12
const GAP_X = 48
const GAP_Y = 20

interface Box {
  readonly node: GraphNode
  readonly lines: readonly string[]
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const FILLS = {
  supply: '#dbeafe',
  cog: '#f3f4f6',
  fork: '#fef9c3',
  drain: '#dcfce7',
  'open end': '#ffffff',
  'dead letters': '#fee2e2',
} as const

/** The picture, as SVG text that stands for itself: no scripts, no fonts, nothing to load. */
export function drawSvg(graph: Graph, labels: ReadonlyMap<string, string>): string {
  const boxes = place(graph, labels)
  const width = Math.max(...boxes.map((box) => box.x + box.width)) + PAD
  const height = Math.max(...boxes.map((box) => box.y + box.height)) + PAD
  const byName = new Map(boxes.map((box) => [box.node.name, box]))
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="12">`,
    `<title>${escape(graph.name)}</title>`,
    ...graph.edges.map(({ from, to }) => way(byName.get(from) as Box, byName.get(to) as Box)),
    ...boxes.map(drawBox),
    '</svg>',
  ]
  return `${parts.join('\n')}\n`
}

function place(graph: Graph, labels: ReadonlyMap<string, string>): Box[] {
  const boxes: Box[] = []
  let x = PAD
  for (const layer of layersOf(graph)) {
    const texts = layer.map(({ name }) => [name, ...(labels.get(name)?.split('\n') ?? [])])
    const width = Math.round(Math.max(...texts.flat().map(({ length }) => length)) * CHARACTER + 2 * PAD)
    let y = PAD
    for (const [i, node] of layer.entries()) {
      const lines = texts[i] as string[]
      const height = lines.length * LINE + PAD
      boxes.push({ node, lines, x, y, width, height })
      y += height + GAP_Y
    }
    x += width + GAP_X
  }
  return boxes
}

function drawBox({ node, lines, x, y, width, height }: Box): string {
  const text = lines.map(
    (line, i) => `<text x="${x + width / 2}" y="${y + LINE * (i + 1)}" text-anchor="middle">${escape(line)}</text>`,
  )
  const box = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="${FILLS[node.kind]}" stroke="#374151"/>`
  return `<g>${box}<title>${escape(node.text)}</title>${text.join('')}</g>`
}

function way(from: Box, to: Box): string {
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2]
  const [x2, y2] = [to.x, to.y + to.height / 2]
  const bend = Math.max(GAP_X / 2, (x2 - x1) / 2)
  const curve = `<path d="M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}" fill="none" stroke="#374151"/>`
  return `${curve}<path d="M${x2} ${y2} l-8 -4 v8 z" fill="#374151"/>`
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
