/** A train's graph in words. */
import { Outlet } from './outlet.js'
import { firstPlace, type End, type Plan, type Stretch } from './plan.js'

/**
 * The lines of a train in the order of flow, each as the names of what stands in it. A line that another leads into
 * begins with the fork that it leaves, or with its own first name, which the other line ends with; the line of the dead
 * letters begins with `dead letters`. A line without a drain ends with `open end`.
 */
export function describePlan(plan: Plan): string[][] {
  const origins = new Map<Stretch, string>()
  for (const { end } of plan.stretches) {
    if (end.kind === 'fork') for (const { stretch } of end.branches) origins.set(stretch, end.place.name)
  }
  if (plan.dead !== null) origins.set(plan.dead, 'dead letters')
  return plan.stretches.map((stretch) => {
    const { supply, cogs, end } = stretch
    const origin = supply?.name ?? origins.get(stretch)
    return [origin, ...cogs.map(({ name }) => name), endOf(plan, end)].filter((name) => name !== undefined)
  })
}

function endOf(plan: Plan, end: End): string | undefined {
  if (end.kind === 'join') return plan.places[firstPlace(end.next)]?.name
  return end.place.occupant instanceof Outlet ? 'open end' : end.place.name
}
