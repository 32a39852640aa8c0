/**
 * What differs between the stores: reading one snapshot, committing under conditions, watching, granting leases.
 * Transactions, watchers, caches, locks and the command line are written once on top of it. The semantics are those
 * of etcd's v3 API: one global revision that each writing commit raises by one, and versions of keys by revision.
 */
import type { LeaseId } from './lease-id.js'
import type { Key, Range } from './range.js'

/** A key as it is, or was, at a revision. */
export interface Kv {
  readonly key: Key
  /** Empty where only keys were asked for. */
  readonly value: Uint8Array
  /** The revision at which it came into being after it last was not there. */
  readonly create: number
  /** The revision of its last write. */
  readonly mod: number
  /** How often it was written since it came into being, that included. */
  readonly version: number
  /** The lease that it goes with, or `NO_LEASE`. */
  readonly lease: LeaseId
}

/** What to read. */
export interface RangeRequest extends Range {
  /** Leave out the values. */
  readonly keysOnly?: boolean
  /** Only count. */
  readonly countOnly?: boolean
  /** At most so many, in the order of keys; 0 or none: all. */
  readonly limit?: number
}

/** What was read of one range, ascending by key. */
export interface RangeResult {
  readonly kvs: readonly Kv[]
  /** How many keys the range has, whatever the limit. */
  readonly count: number
}

/** What was read of several ranges, all at the same revision. */
export interface Snapshot {
  /** The revision that was read: the one asked for, or the store's current one. */
  readonly revision: number
  /** One for each request, in their order. */
  readonly results: readonly RangeResult[]
}

/** A condition: it holds if it holds for every key of the range. An empty range is one key of version, create, mod 0. */
export type Compare = Range & { readonly is: '=' | '!=' | '<' | '>' } & (
    | { readonly target: 'version' | 'create' | 'mod'; readonly than: number }
    | { readonly target: 'lease'; readonly than: LeaseId }
    | { readonly target: 'value'; readonly than: Uint8Array }
  )

/** Write a key. */
export interface PutOp {
  readonly op: 'put'
  readonly key: Key
  /** Its value from now on; `'keep'`: the one that it has, which it must exist for. */
  readonly value: Uint8Array | 'keep'
  /** Its lease from now on; `'keep'`: the one that it has, which it must exist for. */
  readonly lease: LeaseId | 'keep'
}

/** Delete all keys of a range. */
export interface DeleteOp extends Range {
  readonly op: 'delete'
}

/** Read within a commit, behind the operations before it. */
export interface RangeOp extends RangeRequest {
  readonly op: 'range'
}

/** What a commit does. No key may be written twice in one commit. */
export type Op = PutOp | DeleteOp | RangeOp

/** What one operation answered: keys read, or how many were deleted. */
export type OpResult =
  | { readonly op: 'put' }
  | { readonly op: 'delete'; readonly deleted: number }
  | ({ readonly op: 'range' } & RangeResult)

/** What became of a commit. */
export interface Committed {
  /** Whether all conditions held. */
  readonly ok: boolean
  /** The store's revision now: that of this commit, if it wrote anything. */
  readonly revision: number
  /** One for each operation that ran, in their order. */
  readonly results: readonly OpResult[]
}

/** One key was written or deleted. */
export interface Change {
  readonly type: 'put' | 'delete'
  /** As written. Of a deleted one only `key` and `mod`, the revision of the deletion, say something. */
  readonly kv: Kv
}

/** Whom a watch tells. It is called by itself, never within the call of `watch`. */
export interface WatchSink {
  /** The watch is there: everything above `revision` (or from the revision asked for) will be told. */
  opened?(revision: number): void
  /** Everything that one revision changed within the range; revisions ascend, none is left out, none comes twice. */
  changed(changes: readonly Change[], revision: number): void
  /** Everything up to here was told. */
  progress?(revision: number): void
  /**
   * What comes next can't be told: its history is gone, or the store was replaced. The watch is over; read the state
   * anew and watch from there.
   */
  gap(compactRevision: number): void
  /** It can't go on and won't by itself: the store was closed, or refuses. The watch is over. */
  failed(error: Error): void
}

/** A watch under way. */
export interface Watch {
  /** Ask for `progress` as soon as everything up to now was told. Where the store can't say, nothing comes. */
  askProgress(): void
  /** End it: nothing is told from here on. */
  close(): void
}

/** A lease as granted. */
export interface Grant {
  readonly id: LeaseId
  /** What the store granted, which may be more than was asked for, in s. */
  readonly ttlS: number
}

/** What the store knows of a lease. */
export interface LeaseState {
  /** How long it has still to live, in s; -1: there is none. */
  readonly ttlS: number
  readonly grantedTtlS: number
  /** The keys that go with it. */
  readonly keys: readonly Key[]
}

/** A store. */
export interface Engine {
  /** What it is, for messages: `memory`, a file's path, a list of endpoints. */
  readonly name: string
  /** How many conditions, and how many operations, one commit may have; `Infinity` where there is no limit. */
  readonly opsMax: number
  /** Whether `askProgress` is answered, and never before all that happened was told. */
  readonly tellsProgress: boolean
  /** Whether nothing lies between that may break, so that a commit never ends with `CommitOutcomeUnknownError`. */
  readonly isLocal?: boolean
  /**
   * Read several ranges of one state.
   *
   * @throws {CompactedError} If the revision asked for is gone.
   * @throws {FutureRevisionError} If it has not come.
   * @throws {UnavailableError} If the store can't be reached.
   */
  range(requests: readonly RangeRequest[], revision?: number): Promise<Snapshot>
  /**
   * If all conditions hold, do `ops`, else `otherwise`, as one: all or nothing, at one revision. It is durable once it
   * resolves.
   *
   * @throws {LeaseLostError} If a put names a lease that isn't there. Nothing was changed.
   * @throws {TransactionTooLargeError} If there are more than `opsMax`. Nothing was changed.
   * @throws {RefusedError} If it makes no sense: a key written twice, or one to keep that isn't there, which is a
   * `NothingToKeepError`. Nothing was changed.
   * @throws {UnavailableError} If the store can't be reached. Nothing was changed.
   * @throws {CommitOutcomeUnknownError} If the link broke meanwhile: it may have been applied, even later.
   */
  commit(compares: readonly Compare[], ops: readonly Op[], otherwise?: readonly Op[]): Promise<Committed>
  /** Tell of every change within a range from revision `from` on; 0: from now on. */
  watch(range: Range, from: number, sink: WatchSink): Watch
  /** Grant a lease of at least so many s; `id` to have it under the same number again. */
  grant(ttlS: number, id?: LeaseId): Promise<Grant>
  /** Let a lease live on for its whole time. Resolves to that time in s; 0: there is no such lease. */
  keepAlive(id: LeaseId): Promise<number>
  /** End a lease: its keys are deleted at once. One that isn't there is no error. */
  revoke(id: LeaseId): Promise<void>
  /** What is left of a lease. */
  timeToLive(id: LeaseId): Promise<LeaseState>
  /** All leases that there are. */
  leases(): Promise<readonly LeaseId[]>
  /** Forget the history below a revision. Watches and reads from before it find a gap. */
  compact(revision: number): Promise<void>
  /** Which store it is: a number that stays with it, and that another in its place doesn't have. */
  storeId(): Promise<bigint>
  /** The store's version, as `major.minor.patch`. */
  version(): Promise<string>
  /** Let go of it. What is under way ends with `ClosedError`; watches fail with it. To close again does nothing. */
  close(): Promise<void>
}
