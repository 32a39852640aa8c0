/** What there is of a group of nodes at one moment, for those who only look: a node mirrors it. */
import { parseJson, type Backend } from '../../kv/index.js'
import { PATH_ELEMENTS_MAX } from '../path.js'
import type { JobGroup } from '../job/job-store.js'
import type { Keys } from '../keys.js'
import { readGroupEntry } from './group-entry.js'
import type { Mirror } from './mirror.js'
import { readMember, unreadableMember, type Member } from './placement.js'

/** A group: what is said of it, who its members are, and how many jobs each of them runs. */
export type GroupView = Pick<Mirror, 'group' | 'members' | 'claims'>

/**
 * Read it. What is spoilt counts as its nodes have it: a member takes nothing, a group is as if nothing was said of it.
 *
 * @throws what the store throws.
 */
export async function viewGroup(kv: Backend, keys: Keys, { kind, group, node }: JobGroup): Promise<GroupView> {
  const root = keys.members(kind, group)
  const [[found], [said]] = await Promise.all([
    kv.listKeys(`${root}/`, { withValues: true }),
    kv.get(keys.group(kind, group)),
  ])
  const members = new Map<string, Member>()
  for (const [key, text] of found) {
    const [name = ''] = keys.below(root, key) ?? []
    members.set(
      name,
      orElse(() => readMember(name, text), unreadableMember(name)),
    )
  }
  const owners = kind === 'all' ? [...members.keys()] : [node ?? '']
  const claims = new Map<string, number>()
  for (const owner of owners) {
    const [held] = await kv.listKeys(`${keys.claims(kind, group, owner)}/`, {
      recurse: PATH_ELEMENTS_MAX,
      withValues: true,
    })
    for (const [, text] of held) {
      const holder = orElse(() => parseJson(text)['node'], null)
      if (typeof holder === 'string') claims.set(holder, (claims.get(holder) ?? 0) + 1)
    }
  }
  return { group: orElse(() => readGroupEntry(parseJson(said ?? '{}')), readGroupEntry({})), members, claims }
}

function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
