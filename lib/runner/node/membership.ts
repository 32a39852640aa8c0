/** How much of a group is there, as running code is told (specification runner, A10, by what lives and nothing else). */
import type { Hold } from './tenure.js'

/** All of them, more than one, only this node, or: this node can't know. */
export type GroupState = 'CompleteState' | 'PartialState' | 'DetachedState' | 'BrokenState'

/**
 * The state of a group.
 *
 * @param size how many there should be; null: nobody has said.
 * @example
 * assert.deepEqual([3, 2, 1].map((live) => groupState('sure', live, 3)), ['CompleteState', 'PartialState', 'DetachedState'])
 * assert.equal(groupState('shaky', 3, 3), 'BrokenState')
 * assert.equal(groupState('sure', 1, 1), 'CompleteState')
 */
export function groupState(hold: Hold, live: number, size: number | null): GroupState {
  if (hold !== 'sure' || live < 1) return 'BrokenState'
  // Who was never told how many there should be has them all as soon as there is another one.
  if (live >= (size ?? 2)) return 'CompleteState'
  return live > 1 ? 'PartialState' : 'DetachedState'
}
