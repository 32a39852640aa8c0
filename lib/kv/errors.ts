/** Every error of kv, each with a stable code: what the calling code may want to tell apart. */
import { DeadbeatError } from '../errors/index.js'
import { leaseText, type LeaseId } from './engine/lease-id.js'

/** The key to create exists already. */
export class ConfigCollision extends DeadbeatError {
  readonly path: string

  constructor(path: string) {
    super('ERR_KV_COLLISION', `Cannot create ${path}, as it already exists!`)
    this.path = path
  }
}

/** The key to update or delete does not exist. */
export class ConfigVanished extends DeadbeatError {
  readonly path: string

  constructor(path: string, what: 'update' | 'delete') {
    super('ERR_KV_VANISHED', `Cannot ${what} ${path}, as it does not exist!`)
    this.path = path
  }
}

/** A path that can't name a key. */
export class InvalidPathError extends DeadbeatError {
  readonly path: string

  constructor(path: string, rule: string) {
    super('ERR_KV_PATH', `path ${JSON.stringify(path)} ${rule}`)
    this.path = path
  }
}

/** A key was to be changed at one revision of it and has got another. */
export class RevisionMismatchError extends DeadbeatError {
  readonly path: string

  constructor(path: string, expected: number, found: number | null) {
    const state = found === null ? 'does not exist' : `is at ${found}`
    super('ERR_KV_REVISION_MISMATCH', `Cannot update ${path} at revision ${expected}: it ${state}`)
    this.path = path
  }
}

/** What was in the way of a commit: of all that the transaction had read, something that had changed. */
export interface Conflict {
  /** The path of the key that had changed. */
  readonly path: string
  /** What had happened to it. */
  readonly what: 'written' | 'created' | 'deleted'
  /** The state that the transaction had read. */
  readonly readRevision: number
  /** When it was written or created; of one that was deleted, a state in which it was gone. */
  readonly revision: number
}

/** A transaction met others again and again until its retries were used up. */
export class RetriesExhaustedError extends DeadbeatError {
  /** How often its body has run. */
  readonly attempts: number
  /** What was in the way the last time; null if that could not be found out any more. */
  readonly lastConflict: Conflict | null

  constructor(retries: number, lastConflict: Conflict | null) {
    const why = lastConflict === null ? '' : ` The last time, ${describeConflict(lastConflict)}`
    super('ERR_KV_RETRIES', `Transaction did not succeed after ${retries} retries!${why}`)
    this.attempts = retries + 1
    this.lastConflict = lastConflict
  }
}

function describeConflict({ path, what, readRevision, revision }: Conflict): string {
  const when = what === 'deleted' ? `it was gone at revision ${revision}` : `it was ${what} at revision ${revision}`
  return `${path} was read at revision ${readRevision}, and ${when}.`
}

/** A transaction had not been committed when its time was over. Nothing was written. */
export class DeadlineError extends DeadbeatError {
  constructor(deadlineMs: number, retries: number) {
    super('ERR_KV_DEADLINE', `Transaction did not succeed within ${deadlineMs} ms: it was retried ${retries} times`)
  }
}

/** A transaction was used in a state that doesn't allow it. */
export class TransactionStateError extends DeadbeatError {
  constructor(message: string) {
    super('ERR_KV_TRANSACTION_STATE', message)
  }
}

/** A transaction reads or writes more than the store takes at once. */
export class TransactionTooLargeError extends DeadbeatError {
  /** How many conditions or operations it has. */
  readonly count: number
  /** How many the store takes of them. */
  readonly limit: number

  constructor(what: string, count: number, limit: number, advice: string) {
    super('ERR_KV_TOO_LARGE', `a transaction may have at most ${limit} ${what}: it has ${count}. ${advice}`)
    this.count = count
    this.limit = limit
  }
}

/** A tree that was to be deleted reaches deeper than was allowed. Nothing was deleted. */
export class TooDeepError extends DeadbeatError {
  readonly path: string

  constructor(path: string, maxDepth: number, below: string) {
    super('ERR_KV_TOO_DEEP', `Cannot delete ${path} to a maxDepth of ${maxDepth}: ${below} lies below`)
    this.path = path
  }
}

/** The revision asked for has been compacted: its history is gone. */
export class CompactedError extends DeadbeatError {
  /** Below which nothing is left, or null if the store doesn't say. */
  readonly compactRevision: number | null

  constructor(asked: number, compactRevision: number | null) {
    const least = compactRevision === null ? '' : `: the oldest kept is ${compactRevision}`
    super('ERR_KV_COMPACTED', `revision ${asked} has been compacted${least}`)
    this.compactRevision = compactRevision
  }
}

/** The revision asked for has not come yet. */
export class FutureRevisionError extends DeadbeatError {
  constructor(asked: number, current: number | null) {
    const now = current === null ? '' : `: the store is at ${current}`
    super('ERR_KV_FUTURE_REVISION', `revision ${asked} is a future revision${now}`)
  }
}

/** A lease ended before its holder ended it, or was never there. */
export class LeaseLostError extends DeadbeatError {
  readonly lease: LeaseId

  constructor(lease: LeaseId, why: string, options?: { cause?: unknown }) {
    super('ERR_KV_LEASE_LOST', `lease ${leaseText(lease)} is lost: ${why}`, options)
    this.lease = lease
  }
}

/** What a key holds, or is to hold, isn't what its entity says that it is. */
export class EntityError extends DeadbeatError {
  readonly path: string

  constructor(path: string, why: string, options?: { cause?: unknown }) {
    super('ERR_KV_ENTITY', `${path} does not hold what it should: ${why}`, options)
    this.path = path
  }
}

/** What was held by a place in line, a lock or a leadership, isn't any more. */
export class LockLostError extends DeadbeatError {
  readonly path: string

  constructor(path: string, why: string, options?: { cause?: unknown }) {
    super('ERR_KV_LOCK_LOST', `${path} is not held any more: ${why}`, options)
    this.path = path
  }
}

/** The store can't be reached or refuses to work; nothing was changed. */
export class UnavailableError extends DeadbeatError {
  constructor(store: string, why: string, options?: { cause?: unknown }) {
    super('ERR_KV_UNAVAILABLE', `${store} is not available: ${why}`, options)
  }
}

/** The store refused what was asked, and would refuse it again. */
export class RefusedError extends DeadbeatError {
  constructor(store: string, why: string, options?: { cause?: unknown }) {
    super('ERR_KV_REFUSED', `${store} refused: ${why}`, options)
  }
}

/** A put was to keep the value or the lease of a key that isn't there. */
export class NothingToKeepError extends RefusedError {
  constructor(store: string, key: string | null, options?: { cause?: unknown }) {
    const which = key === null ? 'a key' : `key ${JSON.stringify(key)}`
    super(store, `${which} is to keep its value or its lease, and does not exist`, options)
  }
}

/** A file that can't be used as a store: it is none, it is damaged, or it is of a newer format. */
export class StoreFileError extends DeadbeatError {
  readonly path: string

  constructor(path: string, why: string, options?: { cause?: unknown }) {
    super('ERR_KV_FILE', `${path} can't be used as a store: ${why}`, options)
    this.path = path
  }
}

/** What a commit wrote besides: a key of ours, for as long as a lease of a minute lasts. */
export interface CommitToken {
  readonly key: string
  readonly value: string
}

/** The link broke while a commit was under way: it may have been applied, or not. */
export class CommitOutcomeUnknownError extends DeadbeatError {
  /** If the key has this value, the commit was applied; null if it had no token. */
  token: CommitToken | null = null

  constructor(store: string, why: string, options?: { cause?: unknown }) {
    super('ERR_KV_OUTCOME_UNKNOWN', `${store} did not say whether it applied a commit: ${why}`, options)
  }
}
