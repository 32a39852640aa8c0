/** A node of a group that has to be known. */
import { suggest } from '../../conf/suggest.js'
import { KINDS, viewGroup } from '../../runner/index.js'
import { KV_EXIT } from '../kv/exits.js'
import { KvCommandError } from '../kv/kv-command-error.js'
import type { Jobs } from './where.js'

/**
 * Refuse a node that nobody knows of: it is no member of the group, does not drain, and no job is its own.
 *
 * @throws {KvCommandError} 66, with the node that was probably meant, or those that there are.
 */
export async function requireNode({ kv, keys, store }: Jobs, group: string, node: string): Promise<void> {
  const views = await Promise.all(KINDS.map((kind) => viewGroup(kv, keys, { kind, group, node })))
  const known = new Set(views.flatMap((view) => [...view.members.keys(), ...view.group.draining]))
  if (known.has(node) || (await store.list({ kind: 'at', group, node })).length > 0) return
  const names = [...known].sort()
  const nearest = suggest(node, names)
  const hint =
    nearest !== null ? `did you mean ${nearest}?` : names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`
  throw new KvCommandError(`there is no node ${node} in group ${group}: ${hint}`, KV_EXIT.notFound)
}
