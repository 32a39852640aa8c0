/** The calls of etcd's KV service. */
import type { Compare, Op } from '../engine/engine.js'
import { Code } from '../rpc/code.js'
import { COMPARE_RESULTS, COMPARE_TARGETS, type ResponseOpMessage, type TxnRequestMessage } from '../rpc/messages.js'
import type { Draft } from '../rpc/message.js'
import type { UnaryCalls } from './calls.js'
import { checkPut, checkTxn } from './check-txn.js'
import { checkRange, rangeOf, readAnswer, readOf } from './reading.js'
import { Refusal, refusal } from './refusal.js'
import { headerOf, revisionOf, type Served } from './served.js'
import { answersOf, stepsOf } from './steps.js'

const NO_VALUE = new Uint8Array(0)
const NOTHING = { compare: [], success: [], failure: [] }
const NO_OP = { range: undefined, put: undefined, deleteRange: undefined, txn: undefined }

/** The calls. */
export const kvCalls: Pick<UnaryCalls, 'range' | 'put' | 'deleteRange' | 'txn' | 'compact'> = {
  range: async (served, asked) => {
    checkRange(asked)
    const isPast = asked.revision > 0
    const read = await served.engine.range([readOf(asked)], isPast ? asked.revision : undefined)
    // The header tells how far the store is, whatever was read.
    const revision = isPast ? await revisionOf(served) : read.revision
    return { header: headerOf(served, revision), ...readAnswer(asked, read.results[0] ?? { kvs: [], count: 0 }) }
  },

  put: async (served, put) => {
    checkPut(put)
    const { revision, responses } = await run(served, { ...NOTHING, success: [{ ...NO_OP, put }] })
    return { ...responses[0]?.put, header: headerOf(served, revision) }
  },

  deleteRange: async (served, deleteRange) => {
    if (deleteRange.key === '') throw refusal('noKey')
    const { revision, responses } = await run(served, { ...NOTHING, success: [{ ...NO_OP, deleteRange }] })
    return { ...responses[0]?.deleteRange, header: headerOf(served, revision) }
  },

  txn: async (served, asked) => {
    checkTxn(asked, served.settings.opsMax)
    const { revision, succeeded, responses } = await run(served, asked)
    return { header: headerOf(served, revision), succeeded, responses }
  },

  compact: async (served, { revision }) => {
    await served.engine.compact(revision)
    return { header: headerOf(served, await revisionOf(served)) }
  },
}

interface Ran {
  readonly revision: number
  readonly succeeded: boolean
  readonly responses: readonly Draft<ResponseOpMessage>[]
}

async function run({ engine }: Served, { compare, success, failure }: TxnRequestMessage): Promise<Ran> {
  const compares = compare.map(compareOf)
  const [ifSo, ifNot] = await Promise.all([stepsOf(engine, success), stepsOf(engine, failure)])
  const ops = ifSo.flatMap((step) => step.ops)
  if (compares.length === 0 && ops.every(isRead)) {
    // A read needs no commit.
    const { revision, results } = await engine.range(ops)
    const read = results.map((result) => ({ op: 'range' as const, ...result }))
    return { revision, succeeded: true, responses: answersOf(ifSo, read, revision) }
  }
  const otherwise = ifNot.flatMap((step) => step.ops)
  const { ok, revision, results } = await engine.commit(compares, ops, otherwise)
  return { revision, succeeded: ok, responses: answersOf(ok ? ifSo : ifNot, results, revision) }
}

function isRead(op: Op): op is Op & { op: 'range' } {
  return op.op === 'range'
}

function compareOf(compare: TxnRequestMessage['compare'][number]): Compare {
  const is = COMPARE_RESULTS[compare.result]
  const target = COMPARE_TARGETS[compare.target]
  if (is === undefined || target === undefined) {
    const which = is === undefined ? `result ${compare.result}` : `target ${compare.target}`
    throw new Refusal(Code.invalid, `deadbeat: a comparison of ${which} is not known`)
  }
  const range = rangeOf(compare)
  if (target === 'value') return { ...range, is, target, than: compare.value ?? NO_VALUE }
  if (target === 'lease') return { ...range, is, target, than: compare.lease ?? 0n }
  return { ...range, is, target, than: compare[target] ?? 0 }
}
