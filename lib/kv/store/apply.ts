/** A commit on a multi-version store: conditions first, on the state before; then the operations, in order. */
import { LeaseLostError, NothingToKeepError, RefusedError } from '../errors.js'
import type { Change, Committed, Compare, DeleteOp, Kv, Op, OpResult, PutOp } from '../engine/engine.js'
import { NO_LEASE } from '../engine/lease-id.js'
import { isWithin, type Key, type Range } from '../engine/range.js'
import { readRange } from './read.js'
import type { History, Rows } from './rows.js'

const NOTHING = new Uint8Array(0)

/**
 * Apply a commit as one.
 *
 * @throws {LeaseLostError} If a put names a lease that isn't there. Nothing was changed.
 * @throws {RefusedError} If a key is written twice, or is to keep something and isn't there. Nothing was changed.
 */
export function applyCommit(
  rows: Rows,
  store: string,
  compares: readonly Compare[],
  ops: readonly Op[],
  otherwise: readonly Op[] = [],
): Committed {
  const ok = allHold(rows, compares)
  const chosen = ok ? ops : otherwise
  const [first] = chosen
  const revision = rows.revision + 1
  if (first?.op === 'put' && chosen.length === 1) {
    // As most are: no list grows, and nothing can be written twice.
    checkPut(rows, store, first)
    rows.seal(revision, [putOne(rows, first, revision)])
    return { ok, revision, results: [{ op: 'put' }] }
  }
  checkMany(rows, store, chosen)
  const changes: Change[] = []
  const results = chosen.map((op) => applyOp(rows, op, revision, changes))
  if (changes.length > 0) rows.seal(revision, changes)
  return { ok, revision: rows.revision, results }
}

/**
 * Delete keys as one, as the end of a lease does.
 *
 * @returns whether there was any.
 */
export function deleteKeys(rows: Rows, keys: Iterable<Key>): boolean {
  const revision = rows.revision + 1
  const changes: Change[] = []
  for (const key of keys) removeOne(rows, rows.get(key, true), revision, changes)
  if (changes.length > 0) rows.seal(revision, changes)
  return changes.length > 0
}

function allHold(rows: Rows, compares: readonly Compare[]): boolean {
  for (const compare of compares) if (!holds(rows, compare)) return false
  return true
}

/** Whether a condition holds. An empty range is one key that was never there. */
export function holds(rows: History, compare: Compare): boolean {
  const keysOnly = compare.target !== 'value'
  if (compare.end === undefined) return isTrue(compare, rows.get(compare.key, keysOnly))
  let isEmpty = true
  for (const kv of rows.scan(compare, rows.revision, keysOnly)) {
    isEmpty = false
    if (!isTrue(compare, kv)) return false
  }
  return !isEmpty || isTrue(compare, undefined)
}

function isTrue(compare: Compare, kv: Kv | undefined): boolean {
  const order = orderOf(compare, kv)
  // As in etcd, no relation holds for the value of a key that isn't there.
  if (order === null) return false
  switch (compare.is) {
    case '=':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '>':
      return order > 0
  }
}

function orderOf(compare: Compare, kv: Kv | undefined): number | null {
  if (compare.target === 'value') return kv === undefined ? null : Buffer.compare(kv.value, compare.than)
  if (compare.target === 'lease') {
    const lease = kv?.lease ?? NO_LEASE
    return lease < compare.than ? -1 : Number(lease > compare.than)
  }
  return (kv?.[compare.target] ?? 0) - compare.than
}

function checkMany(rows: Rows, store: string, ops: readonly Op[]): void {
  const written = new Set<Key>()
  for (const op of ops) {
    if (op.op !== 'put') continue
    checkPut(rows, store, op)
    const { key } = op
    if (written.has(key)) throw new RefusedError(store, `key ${JSON.stringify(key)} is written twice in one commit`)
    written.add(key)
  }
  if (written.size === 0) return
  for (const op of ops) if (op.op === 'delete') checkDelete(store, op, written)
}

function checkPut(rows: Rows, store: string, { key, value, lease }: PutOp): void {
  if (key === '') throw new RefusedError(store, 'a key must not be empty')
  if ((lease === 'keep' || value === 'keep') && rows.get(key, true) === undefined) {
    throw new NothingToKeepError(store, key)
  }
  if (lease !== 'keep' && lease !== NO_LEASE && !rows.hasLease(lease))
    throw new LeaseLostError(lease, `${store} has no such lease`)
}

function checkDelete(store: string, range: Range, written: ReadonlySet<Key>): void {
  const twice =
    range.end === undefined ? written.has(range.key) && range.key : [...written].find((key) => isWithin(range, key))
  if (typeof twice === 'string') {
    throw new RefusedError(store, `key ${JSON.stringify(twice)} is both written and deleted in one commit`)
  }
}

function applyOp(rows: Rows, op: Op, revision: number, changes: Change[]): OpResult {
  switch (op.op) {
    case 'put':
      changes.push(putOne(rows, op, revision))
      return { op: 'put' }
    case 'delete':
      return { op: 'delete', deleted: removeAll(rows, op, revision, changes) }
    case 'range':
      // What this very commit wrote is part of the state, though its revision isn't sealed yet.
      return { op: 'range', ...readRange(rows, op, changes.length > 0 ? revision : rows.revision) }
  }
}

function putOne(rows: Rows, { key, value, lease }: PutOp, revision: number): Change {
  const before = rows.get(key, value !== 'keep')
  const kv: Kv = {
    key: before?.key ?? key, // All versions share one text.
    value: value === 'keep' ? (before?.value ?? NOTHING) : value,
    create: before?.create ?? revision,
    mod: revision,
    version: (before?.version ?? 0) + 1,
    lease: lease === 'keep' ? (before?.lease ?? NO_LEASE) : lease,
  }
  rows.put(kv, before)
  return { type: 'put', kv }
}

function removeAll(rows: Rows, op: DeleteOp, revision: number, changes: Change[]): number {
  const first = changes.length
  if (op.end === undefined) removeOne(rows, rows.get(op.key, true), revision, changes)
  else {
    const now = changes.length > 0 ? revision : rows.revision
    for (const kv of [...rows.scan(op, now, true)]) removeOne(rows, kv, revision, changes)
  }
  return changes.length - first
}

function removeOne(rows: Rows, before: Kv | undefined, revision: number, changes: Change[]): void {
  if (before === undefined) return
  rows.remove(before, revision)
  changes.push({ type: 'delete', kv: deletionOf(before.key, revision) })
}

/** How the history shows that a key was deleted: its version is 0. */
export function deletionOf(key: Key, revision: number): Kv {
  return { key, value: NOTHING, create: 0, mod: revision, version: 0, lease: NO_LEASE }
}
