/** Reading ranges of one state of a multi-version store. */
import type { Kv, RangeRequest, RangeResult, Snapshot } from '../engine/engine.js'
import type { Range } from '../engine/range.js'
import { CompactedError, FutureRevisionError } from '../errors.js'
import type { History } from './rows.js'

const NOTHING = new Uint8Array(0)

/**
 * Read several ranges as they are, or were at a revision.
 *
 * @throws {CompactedError} If the revision is gone.
 * @throws {FutureRevisionError} If it has not come.
 */
export function readSnapshot(history: History, requests: readonly RangeRequest[], revision?: number): Snapshot {
  const at = revision ?? history.revision
  if (at > history.revision) throw new FutureRevisionError(at, history.revision)
  if (at < history.compacted) throw new CompactedError(at, history.compacted)
  return { revision: at, results: requests.map((request) => readRange(history, request, at)) }
}

/** Read one range of a state that is known to be there. */
export function readRange(history: History, request: RangeRequest, revision: number): RangeResult {
  const keysOnly = request.keysOnly === true || request.countOnly === true
  if (request.end === undefined && revision >= history.revision) {
    return one(history.get(request.key, keysOnly), request)
  }
  const limit = request.countOnly === true ? 0 : (request.limit ?? 0) || Infinity
  const kvs: Kv[] = []
  for (const kv of history.scan(request, revision, keysOnly)) {
    if (kvs.length === limit) return { kvs, count: limit + countFrom(history, { ...request, key: kv.key }, revision) }
    kvs.push(asAsked(kv, request))
  }
  return { kvs, count: kvs.length }
}

/** How many keys there are; their values, which may lie elsewhere, are left alone. */
function countFrom(history: History, range: Range, revision: number): number {
  const keys = history.scan(range, revision, true)[Symbol.iterator]()
  let count = 0
  while (keys.next().done !== true) count++
  return count
}

function one(kv: Kv | undefined, request: RangeRequest): RangeResult {
  if (kv === undefined) return { kvs: [], count: 0 }
  return { kvs: request.countOnly === true ? [] : [asAsked(kv, request)], count: 1 }
}

function asAsked(kv: Kv, { keysOnly }: RangeRequest): Kv {
  return keysOnly === true ? { ...kv, value: NOTHING } : kv
}
