/** The writes of one attempt of a transaction: kept until the commit, at most one for each path. */
import type { WriteOp } from '../commit/committer.js'
import { NO_LEASE } from '../engine/lease-id.js'
import { isWithin, type Key, type Range } from '../engine/range.js'
import type { HeldLease } from '../held-lease.js'

/** What a write does about the lease: another, none, or the one that the key has. */
export type LeaseToPut = HeldLease | null | 'keep'

/** A write to come. */
export interface Write {
  readonly key: Key
  /** What is written; null deletes. */
  readonly value: Uint8Array | null
  readonly lease: LeaseToPut
}

/** Most transactions carry none: no list is made for that. */
const NO_LEASES: readonly never[] = []

/** What one attempt is to write. */
export class Writes {
  readonly #byPath = new Map<string, Write>()

  get size(): number {
    return this.#byPath.size
  }

  get(path: string): Write | undefined {
    return this.#byPath.get(path)
  }

  /** Write a path, whose key it is. */
  put(path: string, key: Key, value: Uint8Array, lease: LeaseToPut): void {
    this.#byPath.set(path, { key, value, lease })
  }

  /** Delete a path, whose key it is. */
  delete(path: string, key: Key): void {
    this.#byPath.set(path, { key, value: null, lease: null })
  }

  /** Those within a range. */
  *within(range: Range): Iterable<[path: string, write: Write]> {
    for (const entry of this.#byPath) if (isWithin(range, entry[1].key)) yield entry
  }

  /** The leases that the commit carries. */
  leases(): readonly HeldLease[] {
    let leases: HeldLease[] | undefined
    for (const { lease } of this.#byPath.values()) if (lease !== 'keep' && lease !== null) (leases ??= []).push(lease)
    return leases ?? NO_LEASES
  }

  /** What the commit does. */
  ops(): WriteOp[] {
    return [...this.#byPath.values()].map(toOp)
  }
}

function toOp({ key, value, lease }: Write): WriteOp {
  if (value === null) return { op: 'delete', key }
  return { op: 'put', key, value, lease: lease === 'keep' ? 'keep' : (lease?.id ?? NO_LEASE) }
}
