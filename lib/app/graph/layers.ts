/** The layers of a graph: each node behind all that lead to it. */
import type { Graph, GraphNode } from './graph.js'

/** The nodes by how far they are from the beginning, at most. A train has no circles. */
export function layersOf({ nodes, edges }: Pick<Graph, 'nodes' | 'edges'>): GraphNode[][] {
  const depth = new Map<string, number>()
  const depthOf = (name: string): number => {
    const known = depth.get(name)
    if (known !== undefined) return known
    const before = edges.filter(({ to }) => to === name).map(({ from }) => depthOf(from) + 1)
    const found = Math.max(0, ...before)
    depth.set(name, found)
    return found
  }
  const layers: GraphNode[][] = []
  for (const node of nodes) (layers[depthOf(node.name)] ??= []).push(node)
  return layers.filter((layer) => layer.length > 0)
}
