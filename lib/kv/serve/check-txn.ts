/** What etcd refuses of a transaction before it looks at the store. */
import { isWithin, type Key, type Range } from '../engine/range.js'
import type { MessageOf, PutRequest, RequestOpMessage, TxnRequestMessage } from '../rpc/messages.js'
import { Code } from '../rpc/code.js'
import { checkRange, rangeOf } from './reading.js'
import { Refusal, refusal } from './refusal.js'

/** @throws {Refusal} In etcd's words. */
export function checkTxn({ compare, success, failure }: TxnRequestMessage, opsMax: number): void {
  if (Math.max(compare.length, success.length, failure.length) > opsMax) throw refusal('tooManyOps')
  if (compare.some(({ key }) => key === '')) throw refusal('noKey')
  for (const ops of [success, failure]) {
    for (const op of ops) checkOp(op)
    checkTwice(ops)
  }
}

/** @throws {Refusal} In etcd's words. */
export function checkPut({ key, value, lease, ignoreValue, ignoreLease }: MessageOf<typeof PutRequest>): void {
  if (key === '') throw refusal('noKey')
  if (ignoreValue && value.length > 0) throw refusal('valueProvided')
  if (ignoreLease && lease !== 0n) throw refusal('leaseProvided')
}

function checkOp({ range, put, deleteRange, txn }: RequestOpMessage): void {
  if (txn !== undefined) {
    throw new Refusal(Code.unimplemented, 'deadbeat: a transaction within a transaction is not supported: send two')
  }
  if (range !== undefined) checkRange(range)
  else if (put !== undefined) checkPut(put)
  else if (deleteRange?.key === '') throw refusal('noKey')
}

/** No key may be put twice, nor put and deleted. */
function checkTwice(ops: readonly RequestOpMessage[]): void {
  const puts = new Set<Key>()
  for (const { put } of ops) {
    if (put === undefined) continue
    if (puts.has(put.key)) throw refusal('duplicateKey')
    puts.add(put.key)
  }
  const deletes: Range[] = ops.flatMap(({ deleteRange }) => (deleteRange === undefined ? [] : [rangeOf(deleteRange)]))
  for (const range of deletes) for (const key of puts) if (isWithin(range, key)) throw refusal('duplicateKey')
}
