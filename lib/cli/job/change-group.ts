/** What is said of a group of nodes, changed. */
import { parseJson, type JsonObject } from '../../kv/index.js'
import { readGroupEntry, type GroupEntry, type JobGroup } from '../../runner/index.js'
import type { Jobs } from './where.js'

/** Change it, whoever else changes it meanwhile. Answers what it is then. */
export async function changeGroup(
  { kv, keys }: Pick<Jobs, 'kv' | 'keys'>,
  { kind, group }: Pick<JobGroup, 'kind' | 'group'>,
  change: (group: GroupEntry) => GroupEntry,
): Promise<GroupEntry> {
  const key = keys.group(kind, group)
  return await kv.transact(async (txn) => {
    const text = await txn.get(key)
    const written: JsonObject = text === null ? {} : parseJson(text)
    const changed = change(readGroupEntry(written))
    await txn.put(key, JSON.stringify({ ...written, ...changed }), { lease: null })
    return changed
  })
}
