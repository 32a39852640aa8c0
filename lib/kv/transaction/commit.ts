/** The commit of a transaction. */
import type { Committer } from '../commit/committer.js'
import type { Committed } from '../engine/engine.js'
import { TransactionTooLargeError } from '../errors.js'
import { comparesOf } from './compares.js'
import type { ReadSet } from './read-set.js'
import type { Writes } from './writes.js'

/**
 * Do what a transaction is to write if all that it has read is the same.
 *
 * @throws {TransactionTooLargeError} Before the store is asked, if it would refuse it for that.
 */
export function commitReads(committer: Committer, reads: ReadSet, writes: Writes): Promise<Committed> {
  const compares = comparesOf(reads)
  const ops = writes.ops()
  requireRoom(committer, 'writes', ops.length)
  requireRoom(committer, 'conditions, one for each key that it has read or listed', compares.length)
  return committer.commit(compares, ops, undefined, writes.leases())
}

function requireRoom({ opsMax }: Committer, what: string, count: number): void {
  if (count <= opsMax) return
  throw new TransactionTooLargeError(what, count, opsMax, 'Split it, or raise opsMax (--max-txn-ops of etcd).')
}
