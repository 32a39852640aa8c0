/** Changes as the events of etcd's API. */
import type { Change, Engine, Kv } from '../engine/engine.js'
import type { Key } from '../engine/range.js'
import { CompactedError } from '../errors.js'
import type { Draft } from '../rpc/message.js'
import { EVENT_DELETE, type Event, type MessageOf } from '../rpc/messages.js'

/** An event to encode. */
export type EventDraft = Draft<MessageOf<typeof Event>>

/** Which events a watch leaves out. */
export interface Leaving {
  readonly puts: boolean
  readonly deletes: boolean
}

const FILTER_PUTS = 0
const FILTER_DELETES = 1

/** What the filters of a watch leave out. */
export function leavingOf(filters: readonly number[]): Leaving {
  return { puts: filters.includes(FILTER_PUTS), deletes: filters.includes(FILTER_DELETES) }
}

/** The events of some changes, in their order. `before`: what each key was, if that is to be told. */
export function eventsOf(
  changes: readonly Change[],
  leaving: Leaving,
  before: ReadonlyMap<Key, Kv> | null,
): EventDraft[] {
  const was = before === null ? null : new Map(before)
  const events: EventDraft[] = []
  for (const { type, kv } of changes) {
    const isDelete = type === 'delete'
    if (!(isDelete ? leaving.deletes : leaving.puts)) {
      events.push({ type: isDelete ? EVENT_DELETE : 0, kv, prevKv: was?.get(kv.key) })
    }
    if (isDelete) was?.delete(kv.key)
    else was?.set(kv.key, kv)
  }
  return events
}

/**
 * What the keys of some changes were before the first of these, which is at `revision`. Where that is compacted nothing
 * is known, as in etcd.
 */
export async function stateBefore(engine: Engine, changes: readonly Change[], revision: number): Promise<Map<Key, Kv>> {
  const seen = new Set<Key>()
  const asked: Key[] = []
  for (const { type, kv } of changes) {
    if (seen.has(kv.key)) continue
    seen.add(kv.key)
    // What came into being was nothing before.
    if (type === 'delete' || kv.create < kv.mod) asked.push(kv.key)
  }
  if (asked.length === 0) return new Map()
  try {
    const requests = asked.map((key) => ({ key }))
    const { results } = await engine.range(requests, revision - 1)
    return new Map(results.flatMap(({ kvs }) => kvs.map((kv) => [kv.key, kv] as const)))
  } catch (error) {
    if (error instanceof CompactedError) return new Map()
    throw error
  }
}
