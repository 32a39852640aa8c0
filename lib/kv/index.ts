/** The public door of kv, the transactional, watchable tree of keys. */
export { Backend, type BackendOptions } from './backend/backend.js'
export type { ObserveOptions } from './backend/leasing.js'
export type { Entry } from './backend/listing.js'
export { EmbeddedBackend, type EmbeddedBackendOptions } from './backend/embedded-backend.js'
export { Etcd3Backend, type Etcd3BackendOptions } from './backend/etcd3-backend.js'
export { MemoryBackend, type MemoryBackendOptions } from './backend/memory-backend.js'
export type { LeaseId } from './engine/lease-id.js'
export type { Database } from './entities/access.js'
export { entity, type Entity, type EntityListOptions, type EntityOptions } from './entities/entity.js'
export { formatJson, isSameJson, parseJson, type Json, type JsonObject } from './entities/json.js'
export type { PartPatterns, Parts } from './entities/key-template.js'
export { ownerEntity, type OwnerEntity } from './entities/owner.js'
export type { Schema, StandardSchema } from './entities/schema.js'
export {
  CommitOutcomeUnknownError,
  CompactedError,
  ConfigCollision,
  ConfigVanished,
  EntityError,
  DeadlineError,
  FutureRevisionError,
  InvalidPathError,
  LeaseLostError,
  LockLostError,
  RefusedError,
  RetriesExhaustedError,
  RevisionMismatchError,
  StoreFileError,
  TooDeepError,
  TransactionStateError,
  TransactionTooLargeError,
  UnavailableError,
  type CommitToken,
  type Conflict,
} from './errors.js'
export type { HeldLease } from './held-lease.js'
export type { Leader, Leadership } from './lease/election.js'
export type { Lease } from './lease/lease.js'
export type { LeaseOptions } from './lease/lease-keeper.js'
export type { LineOptions } from './lease/line.js'
export type { Lock } from './lease/lock.js'
export type { JoinOptions, Members } from './lease/members.js'
export type { Session, SessionOptions } from './lease/session.js'
export type { Recurse } from './levels.js'
export type { CreateOptions, DeleteOptions, ListOptions, PutOptions, UpdateOptions } from './options.js'
export { openKv, type OpenKvOptions } from './open-kv.js'
export { checkPath, type PathRule } from './path.js'
export type { DbRevision } from './revision.js'
export type { TxnOptions } from './transaction/attempts.js'
export type { TxnEntry } from './transaction/overlay.js'
export type { ReadKey, ReadRange, ReadSet } from './transaction/read-set.js'
export type { Reader } from './transaction/snapshot.js'
export { Transaction, type TransactionOptions } from './transaction/transaction.js'
export type { Value } from './value.js'
export { Watcher, type WakeReason, type WatcherBase, type WatcherOptions } from './watcher/watcher.js'
export { PathWatch, type WatchEvent, type WatchOptions } from './watch/path-watch.js'
export { revisionsOver, type LevelPosition, type WatchPosition } from './watch/watch-position.js'
export { watchRegister } from './watch/watch-register.js'
export { TreeCache, type CacheChange, type CacheEntry, type TreeCacheOptions } from './watch/tree-cache.js'
export type { Extent } from './watch/watched-ranges.js'
export { readExtent, type ReadExtentOptions } from './watch/read-extent.js'
