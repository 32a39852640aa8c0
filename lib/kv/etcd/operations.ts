/** An engine's conditions and operations as etcd's messages, and its answers as an engine's. */
import type { Compare, Op, OpResult, RangeRequest, RangeResult } from '../engine/engine.js'
import { NO_LEASE, type LeaseId } from '../engine/lease-id.js'
import type { Draft } from '../rpc/message.js'
import {
  COMPARE_RESULTS,
  COMPARE_TARGETS,
  type RequestOpMessage,
  type ResponseOpMessage,
  type TxnRequestMessage,
} from '../rpc/messages.js'
import { WireError } from '../rpc/wire.js'

/** A condition. */
export function compareMessage(compare: Compare): Draft<TxnRequestMessage['compare'][number]> {
  const { key, end, is, target, than } = compare
  const result = COMPARE_RESULTS.indexOf(is)
  return { result, target: COMPARE_TARGETS.indexOf(target), key, end, [target]: than }
}

/** An operation. */
export function opMessage(op: Op): Draft<RequestOpMessage> {
  switch (op.op) {
    case 'put': {
      const { key } = op
      const value = op.value === 'keep' ? { ignoreValue: true } : { value: op.value }
      const lease = op.lease === 'keep' ? { ignoreLease: true } : { lease: op.lease }
      return { put: { key, ...value, ...lease } }
    }
    case 'delete':
      return { deleteRange: op }
    case 'range':
      return { range: op }
  }
}

/**
 * What the operations of a commit answered.
 *
 * @throws {WireError} If it isn't one answer for each, of its kind.
 */
export function opResults(ops: readonly Op[], answers: readonly ResponseOpMessage[]): OpResult[] {
  if (answers.length !== ops.length) throw new WireError(`${answers.length} answers to ${ops.length} operations`)
  return ops.map((op, i) => opResult(op, answers[i] as ResponseOpMessage))
}

/** What the reads of a snapshot brought. */
export function rangeResults(requests: readonly RangeRequest[], answers: readonly ResponseOpMessage[]): RangeResult[] {
  const reads = requests.map((request) => ({ ...request, op: 'range' as const }))
  return opResults(reads, answers) as (OpResult & { op: 'range' })[]
}

/** The leases that puts name, each once. */
export function leasesOf(ops: readonly Op[]): LeaseId[] {
  const leases = ops.flatMap((op) =>
    op.op === 'put' && op.lease !== 'keep' && op.lease !== NO_LEASE ? [op.lease] : [],
  )
  return [...new Set(leases)]
}

function opResult(op: Op, answer: ResponseOpMessage): OpResult {
  const { range, deleteRange, put } = answer
  if (op.op === 'range' && range !== undefined) return { op: 'range', kvs: range.kvs, count: range.count }
  if (op.op === 'delete' && deleteRange !== undefined) return { op: 'delete', deleted: deleteRange.deleted }
  if (op.op === 'put' && put !== undefined) return { op: 'put' }
  throw new WireError(`a ${op.op} was answered as something else`)
}
