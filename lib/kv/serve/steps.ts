/** The operations of etcd's API as steps of an engine's commit. */
import type { Engine, Kv, Op, OpResult } from '../engine/engine.js'
import type { Draft } from '../rpc/message.js'
import type { DeleteRangeRequest, MessageOf, PutRequest, RequestOpMessage, ResponseOpMessage } from '../rpc/messages.js'
import { rangeOf, readAnswer, readOf, type RangeAsked } from './reading.js'

/** One operation. */
export interface Step {
  /** What an engine does for it: nothing where it was done before. */
  readonly ops: readonly Op[]
  /** What is answered, by what the engine did and the revision at which it did it. */
  answer(results: readonly OpResult[], revision: number): Draft<ResponseOpMessage>
}

/**
 * The steps of some operations. What they read of the past is read at once: it is the same whenever it is read.
 *
 * @throws {CompactedError} If it is gone.
 * @throws {FutureRevisionError} If it has not come.
 */
export function stepsOf(engine: Engine, ops: readonly RequestOpMessage[]): Promise<Step[]> {
  return Promise.all(
    ops.map(async ({ range, put, deleteRange }) => {
      if (range !== undefined) return range.revision > 0 ? pastStep(engine, range) : rangeStep(range)
      if (put !== undefined) return putStep(put)
      return deleteRange === undefined ? NOTHING_ASKED : deleteStep(deleteRange)
    }),
  )
}

/** The answers of steps whose operations were done one behind the other. */
export function answersOf(steps: readonly Step[], results: readonly OpResult[], revision: number) {
  let at = 0
  return steps.map((step) => step.answer(results.slice(at, (at += step.ops.length)), revision))
}

/** An operation of a kind that only newer clients know: answered as etcd does, by nothing. */
const NOTHING_ASKED: Step = { ops: [], answer: () => ({}) }

function rangeStep(asked: RangeAsked): Step {
  return {
    ops: [{ op: 'range', ...readOf(asked) }],
    answer: ([result], revision) => {
      const read = result?.op === 'range' ? result : { kvs: [], count: 0 }
      return { range: { header: { revision }, ...readAnswer(asked, read) } }
    },
  }
}

async function pastStep(engine: Engine, asked: RangeAsked): Promise<Step> {
  const { results } = await engine.range([readOf(asked)], asked.revision)
  const range = readAnswer(asked, results[0] ?? { kvs: [], count: 0 })
  return { ops: [], answer: (_results, revision) => ({ range: { header: { revision }, ...range } }) }
}

function putStep({ key, value, lease, ignoreValue, ignoreLease, prevKv }: MessageOf<typeof PutRequest>): Step {
  const put: Op = { op: 'put', key, value: ignoreValue ? 'keep' : value, lease: ignoreLease ? 'keep' : lease }
  return {
    ops: prevKv ? [{ op: 'range', key }, put] : [put],
    answer: (results, revision) => ({ put: { header: { revision }, prevKv: readIn(results)[0] } }),
  }
}

function deleteStep(asked: MessageOf<typeof DeleteRangeRequest>): Step {
  const range = rangeOf(asked)
  const remove: Op = { op: 'delete', ...range }
  return {
    ops: asked.prevKv ? [{ op: 'range', ...range }, remove] : [remove],
    answer: (results, revision) => {
      const last = results.at(-1)
      const deleted = last?.op === 'delete' ? last.deleted : 0
      return { deleteRange: { header: { revision }, deleted, prevKvs: readIn(results) } }
    },
  }
}

/** What was read before it was changed. */
function readIn([first]: readonly OpResult[]): readonly Kv[] {
  return first?.op === 'range' ? first.kvs : []
}
