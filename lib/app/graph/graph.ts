/** A train as a graph of names: what its pictures are drawn from. */
import { Outlet } from '../../movement/chain/outlet.js'
import { firstPlace, type Plan, type Stretch } from '../../movement/chain/plan.js'
import type { Place } from '../../movement/chain/place.js'

/** Somebody who stands in a train. */
export interface GraphNode {
  readonly name: string
  readonly kind: 'supply' | 'cog' | 'fork' | 'drain' | 'open end' | 'dead letters'
  /** With its options: `Dedupe(windowMs=60000)`. */
  readonly text: string
}

/** A way that data go. */
export interface GraphEdge {
  readonly from: string
  readonly to: string
}

/** The graph, in the order of flow. */
export interface Graph {
  readonly name: string
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

const DEAD = 'dead letters'

/** The graph of a train that was wound up. */
export function graphOf(name: string, plan: Plan): Graph {
  const nodes = plan.places.map(nodeOf)
  const edges: GraphEdge[] = []
  if (plan.dead !== null) {
    nodes.push({ name: DEAD, kind: DEAD, text: DEAD })
    edges.push({ from: DEAD, to: nameAt(plan, firstPlace(plan.dead)) })
  }
  for (const { supply, cogs, end } of plan.stretches) {
    const line = [...(supply === null ? [] : [supply]), ...cogs].map((place) => place.name)
    if (end.kind === 'join') line.push(nameAt(plan, firstPlace(end.next)))
    else line.push(end.place.name)
    for (const [i, to] of line.entries()) if (i > 0) edges.push({ from: line[i - 1] as string, to })
    if (end.kind !== 'fork') continue
    for (const { stretch } of end.branches) edges.push({ from: end.place.name, to: headOf(plan, stretch) })
  }
  return { name, nodes, edges: unique(edges) }
}

function headOf(plan: Plan, stretch: Stretch): string {
  return nameAt(plan, firstPlace(stretch))
}

function nameAt({ places }: Plan, index: number): string {
  return places[index]?.name ?? ''
}

function nodeOf({ name, kind, occupant }: Place): GraphNode {
  if (occupant instanceof Outlet) return { name, kind: 'open end', text: 'open end' }
  const role = kind === 'supply' || kind === 'drain' || kind === 'fork' ? kind : 'cog'
  const text = occupant === null || typeof occupant === 'function' ? name : describeOccupant(occupant)
  return { name, kind: role, text }
}

/** A stretch that several lead into is one way for each of them, once. */
function unique(edges: readonly GraphEdge[]): GraphEdge[] {
  return [...new Map(edges.map((edge) => [`${edge.from}\n${edge.to}`, edge])).values()]
}

/** With its options, where it says them. */
function describeOccupant(occupant: { toString(): string }): string {
  return occupant.toString()
}
