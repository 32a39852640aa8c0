/** What may be said of reads and writes, for direct operations and in transactions. */
import { describeValue } from '../errors/index.js'
import type { HeldLease } from './held-lease.js'
import type { Recurse, SubtreeOptions } from './levels.js'
import type { DbRevision } from './revision.js'

/** How a key is created. */
export interface CreateOptions {
  /** The lease that it goes with. */
  readonly lease?: HeldLease
}

/** How a key is written anew. */
export interface PutOptions {
  /** The lease that it goes with from now on, null for none. Not given: it keeps the one that it has. */
  readonly lease?: HeldLease | null
}

/** How a key is updated. */
export interface UpdateOptions extends PutOptions {
  /** Only if this is still its last write: what `get` gave, or its `modRevision`. */
  readonly mustBeRev?: DbRevision | number
}

/** What is deleted. */
export interface DeleteOptions extends SubtreeOptions {
  /** Whether the path itself has to exist; true if it isn't given. */
  readonly mustExist?: boolean
  /** What lies below, too. */
  readonly recursive?: boolean
}

/** What is listed. */
export interface ListOptions {
  /** Which levels: 0, the path's own, up to a number, or exactly those named. */
  readonly recurse?: Recurse
  /** As of this revision. */
  readonly revision?: DbRevision | number
}

/**
 * The revision that an update asks for, if it asks for one.
 *
 * @throws {TypeError} If it is that of a key that wasn't there.
 */
export function modToBe(mustBeRev: DbRevision | number | undefined): number | undefined {
  if (mustBeRev === undefined) return undefined
  const mod = typeof mustBeRev === 'number' ? mustBeRev : mustBeRev.modRevision
  if (Number.isInteger(mod)) return mod ?? undefined
  throw new TypeError(`mustBeRev must be the revision of a key's last write: it is ${describeValue(mustBeRev)}`)
}
