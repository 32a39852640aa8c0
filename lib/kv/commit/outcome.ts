/** What became of a commit when the link broke while it was under way. */
import type { Clock } from '../../movement/loop/clock.js'
import type { Engine, Op, OpResult } from '../engine/engine.js'
import { CommitOutcomeUnknownError, UnavailableError } from '../errors.js'
import type { Token } from './token-pool.js'

const PAUSE_MS = 50

/** How long it is tried to find out. */
export interface Patience {
  readonly clock: Clock
  /** When to give up, on the scale of the clock. */
  readonly untilMs: number
}

/**
 * The revision of a commit that wrote a token's last number; null if it was not applied, and from here on never will
 * be. Both is found out in one commit: if the token doesn't have the number it gets another, on which the commit in
 * question, wherever it still is, can't be applied any more.
 *
 * @throws {CommitOutcomeUnknownError} What was given, with the token, if there was no answer in time or the token's lease
 * is over.
 */
export async function findOutcome(
  engine: Engine,
  token: Token,
  error: CommitOutcomeUnknownError,
  { clock, untilMs }: Patience,
): Promise<number | null> {
  const { key, lease } = token
  error.token = { key, value: String(token.count) }
  for (;;) {
    try {
      const { ok, results } = await engine.commit(
        [{ key, target: 'value', is: '=', than: numberOf(token) }],
        [{ op: 'range', key, keysOnly: true }],
        [{ op: 'put', key, value: Buffer.from(`not ${token.count}`), lease }],
      )
      const [found] = results
      return ok && found?.op === 'range' ? (found.kvs[0]?.mod ?? null) : null
    } catch (failure) {
      const mayRepeat = failure instanceof UnavailableError || failure instanceof CommitOutcomeUnknownError
      if (!mayRepeat || clock.now() + PAUSE_MS >= untilMs) throw error
    }
    await new Promise<void>((resolve) => clock.alarm(clock.now() + PAUSE_MS, resolve))
  }
}

/** What a commit writes into its token. */
export function numberOf({ count }: Token): Uint8Array {
  return Buffer.from(String(count))
}

/**
 * What the operations of a commit have answered, found out afterwards: how many keys a deletion has met is counted in
 * the state before it; NaN if that can't be read.
 */
export async function resultsAfter(engine: Engine, ops: readonly Op[], revision: number): Promise<OpResult[]> {
  const doomed = ops.filter((op) => op.op === 'delete')
  if (doomed.length === 0) return ops.map(() => ({ op: 'put' }))
  let counts: number[] = []
  try {
    const { results } = await engine.range(
      doomed.map(({ op: _, ...range }) => ({ ...range, countOnly: true })),
      revision - 1,
    )
    counts = results.map(({ count }) => count)
  } catch {
    // It was applied. That it can't be told how much it has deleted is no failure of it.
  }
  return ops.map((op) => (op.op === 'delete' ? { op: 'delete', deleted: counts.shift() ?? NaN } : { op: 'put' }))
}
