/** What a client is told when an engine throws. */
import { ClosedError, DeadbeatError, toError } from '../../errors/index.js'
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
import { Code } from '../rpc/code.js'
import { WireError } from '../rpc/wire.js'
import type { ServeSettings } from './options.js'
import { Refusal, refusal } from './refusal.js'

/** The answer to a call that threw. What nobody foresaw is none of the client's business: it is logged. */
export function toRefusal(thrown: unknown, { log }: ServeSettings): Refusal {
  const refusal = refusalOf(thrown)
  if (refusal !== null) return refusal
  log.error({ err: toError(thrown) }, 'a call of kv serve failed')
  return new Refusal(Code.internal, 'deadbeat: internal error', { cause: thrown })
}

/** @throws {Refusal} If a request is longer than is allowed. */
export function checkSize(request: Uint8Array, { requestBytesMax }: ServeSettings): void {
  if (request.length > requestBytesMax) throw refusal('tooLarge')
}

function refusalOf(thrown: unknown): Refusal | null {
  const options = { cause: thrown }
  if (thrown instanceof Refusal) return thrown
  if (thrown instanceof WireError) return new Refusal(Code.invalid, thrown.message, options)
  if (thrown instanceof CompactedError) return refusal('compacted', options)
  if (thrown instanceof FutureRevisionError) return refusal('future', options)
  if (thrown instanceof LeaseLostError) return refusal('leaseMissing', options)
  if (thrown instanceof NothingToKeepError) return refusal('keyMissing', options)
  if (thrown instanceof TransactionTooLargeError) return refusal('tooManyOps', options)
  if (thrown instanceof ClosedError) return refusal('stopped', options)
  if (thrown instanceof RefusedError) return new Refusal(Code.invalid, `etcdserver: ${thrown.message}`, options)
  if (thrown instanceof UnavailableError || thrown instanceof CommitOutcomeUnknownError) {
    return new Refusal(Code.unavailable, `etcdserver: ${thrown.message}`, options)
  }
  return thrown instanceof DeadbeatError ? new Refusal(Code.unknown, `etcdserver: ${thrown.message}`, options) : null
}
