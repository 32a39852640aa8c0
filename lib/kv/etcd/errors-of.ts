/** What a failed call means to whoever asked. */
import { toError, type DeadbeatError } from '../../errors/index.js'
import type { LeaseId } from '../engine/lease-id.js'
import {
  CommitOutcomeUnknownError,
  CompactedError,
  FutureRevisionError,
  LeaseLostError,
  NothingToKeepError,
  RefusedError,
  TransactionTooLargeError,
  UnavailableError,
} from '../errors.js'
import { CallFailure } from './call-failure.js'
import { Code } from '../rpc/code.js'

/** What was asked for. */
export interface AskedFor {
  /** Whether it was to change anything. */
  readonly isWrite: boolean
  /** At which revision. */
  readonly revision?: number
  /** With which leases. */
  readonly leases?: readonly LeaseId[]
  /** Which of these isn't there, if one isn't. */
  readonly lease?: LeaseId
  /** How many conditions, or operations, it had. */
  readonly ops?: number
}

/** The error for the caller; one that is no failed call stays itself. */
export function errorOf(store: string, thrown: unknown, asked: AskedFor): Error {
  if (!(thrown instanceof CallFailure)) return toError(thrown)
  const { code, message } = thrown
  const options = { cause: thrown }
  if (thrown.wasSent && !thrown.isRefusal) {
    if (code === Code.exhausted && message.startsWith('Received message larger') && !asked.isWrite) {
      return new RefusedError(store, `the answer is larger than answerBytesMax: ${message}`, options)
    }
    return asked.isWrite
      ? new CommitOutcomeUnknownError(store, message, options)
      : new UnavailableError(store, message, options)
  }
  return refusalOf(store, thrown, asked) ?? new UnavailableError(store, message, options)
}

/** What the server's refusal means; null: it can't work now. */
function refusalOf(store: string, failure: CallFailure, asked: AskedFor): DeadbeatError | null {
  const { code, message } = failure
  const options = { cause: failure }
  switch (code) {
    case Code.outOfRange:
      if (message.includes('compacted')) return new CompactedError(asked.revision ?? 0, null)
      if (message.includes('future revision')) return new FutureRevisionError(asked.revision ?? 0, null)
      break
    case Code.notFound:
      if (message.includes('lease') && asked.lease !== undefined) {
        return new LeaseLostError(asked.lease, 'etcd does not know it (any more)')
      }
      break
    case Code.invalid:
      if (message === 'etcdserver: key not found') return new NothingToKeepError(store, null, options)
      if (message.includes('too many operations')) {
        const ops = asked.ops ?? 0
        const advice = "The server's --max-txn-ops is lower than opsMax: set both alike."
        return new TransactionTooLargeError('conditions or operations', ops, ops - 1, advice)
      }
      break
    case Code.exhausted:
      if (!message.includes('larger than max')) return null
      break
    case Code.denied:
    case Code.exists:
    case Code.precondition:
    case Code.unauthenticated:
    case Code.unimplemented:
      break
    default:
      return null
  }
  const reason = message.replace(/^etcdserver: /, '')
  const advice = reason === 'user name is empty' ? ': it asks for a login, a user and a password' : ''
  return new RefusedError(store, `${reason}${advice}`, options)
}
