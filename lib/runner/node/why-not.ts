/** Why a job doesn't run now, for people. */
import { foresee } from '../job/decide.js'
import type { Mirror, MirroredJob } from './mirror.js'
import { hasLabels } from './placement.js'

/** Nothing keeps it from running. */
export const ABOUT_TO_START = 'it is about to start'

/**
 * Why a job doesn't run, in words; null: it runs, or there is none.
 *
 * @param now in UNIX seconds.
 */
export function whyNot(
  { entry, state, claimedBy, fault, id }: Pick<MirroredJob, 'entry' | 'state' | 'claimedBy' | 'fault' | 'id'>,
  { group, members, claims }: Pick<Mirror, 'group' | 'members' | 'claims'>,
  now: number,
): string | null {
  if (claimedBy !== null) return null
  if (fault !== null) return fault
  if (entry === null) return null
  const { due, reason, isLatest } = foresee(entry, state, now)
  if (due === null) return reason
  if (due > now) return `${reason}: in ${Math.ceil(due - now)} s${isLatest ? ' at the latest' : ''}`
  if (group.paused) return 'the group is paused'
  const able = [...members.values()].filter(
    ({ node }) => id.kind === 'any' || id.node === undefined || node === id.node,
  )
  if (able.length === 0) return id.node === undefined ? 'the group has no member' : `node ${id.node} is not there`
  const fitting = able.filter((member) => hasLabels(member, entry.labels))
  if (fitting.length === 0) return `no node has the labels ${JSON.stringify(entry.labels)}`
  const taking = fitting.filter(({ node, isDraining }) => !isDraining && !group.draining.includes(node))
  if (taking.length === 0) return 'every node that could run it drains'
  const free = taking.filter(({ node, capacity }) => (claims.get(node) ?? 0) < capacity)
  return free.length === 0 ? 'every node that could run it has all that it can take' : ABOUT_TO_START
}
