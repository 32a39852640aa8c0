/**
 * Commits to a store, for direct operations and transactions alike. Over a link that may break each is done exactly
 * once: it carries a token, by which it is found out afterwards whether it was applied (specification kv, section 9.7).
 */
import type { Clock } from '../../movement/loop/clock.js'
import type { Committed, Compare, DeleteOp, Engine, PutOp, RangeOp } from '../engine/engine.js'
import { CommitOutcomeUnknownError, LeaseLostError, RefusedError, UnavailableError } from '../errors.js'
import type { HeldLease } from '../held-lease.js'
import { findOutcome, numberOf, resultsAfter } from './outcome.js'
import { TokenPool, type Token } from './token-pool.js'

const NOTHING: readonly never[] = []
/** How long it is tried to find out what became of a commit. Its token lives on longer than that. */
const OUTCOME_MS = 10_000

/** How often the token's lease may be gone before that is no coincidence. */
const LOSSES_MAX = 3

/** What a commit does if its conditions hold. */
export type WriteOp = PutOp | DeleteOp

/** How commits are made. */
export interface CommitterOptions {
  readonly clock: Clock
  /** Whether commits carry tokens. */
  readonly tokens: boolean
}

/** Commits, exactly once, with the leases that they carry. */
export class Committer {
  readonly #engine: Engine
  readonly #clock: Clock
  readonly #tokens: TokenPool | null
  #written = 0

  constructor(engine: Engine, { clock, tokens }: CommitterOptions) {
    this.#engine = engine
    this.#clock = clock
    this.#tokens = tokens && engine.isLocal !== true ? new TokenPool(engine, clock) : null
  }

  /** The newest state that a commit has told of. */
  get written(): number {
    return this.#written
  }

  /** How many conditions, and how many operations, a commit may have. */
  get opsMax(): number {
    return this.#engine.opsMax - (this.#tokens === null ? 0 : 1)
  }

  /**
   * Commit as `Engine.commit` does; otherwise only read. A lease that is over is not even tried, and one that the store
   * doesn't know is told so.
   *
   * @throws {LeaseLostError} If one of the leases is over.
   * @throws {CommitOutcomeUnknownError} Without tokens, or if the link stays broken.
   */
  commit(
    compares: readonly Compare[],
    ops: readonly WriteOp[],
    otherwise: readonly RangeOp[] = NOTHING,
    leases: readonly HeldLease[] = NOTHING,
  ): Promise<Committed> {
    if (leases.length > 0) return this.#withLeases(compares, ops, otherwise, leases)
    if (this.#tokens !== null) return this.#once(this.#tokens, compares, ops, otherwise).then(this.#note)
    // An asynchronous function around it would cost a tenth of a commit in memory.
    return this.#engine.commit(compares, ops, otherwise).then(this.#note)
  }

  /** Let go of what is kept in the store for this. */
  async close(): Promise<void> {
    await this.#tokens?.close()
  }

  readonly #note = (committed: Committed): Committed => {
    this.#written = Math.max(this.#written, committed.revision)
    return committed
  }

  async #withLeases(
    compares: readonly Compare[],
    ops: readonly WriteOp[],
    otherwise: readonly RangeOp[],
    leases: readonly HeldLease[],
  ): Promise<Committed> {
    for (const lease of leases) lease.check?.()
    try {
      const committed =
        this.#tokens === null
          ? this.#engine.commit(compares, ops, otherwise)
          : this.#once(this.#tokens, compares, ops, otherwise)
      return this.#note(await committed)
    } catch (error) {
      if (error instanceof LeaseLostError) {
        for (const lease of leases) if (lease.id === error.lease) lease.lose?.(error.message, error)
      }
      throw error
    }
  }

  /** Try until it was applied once, or its conditions have failed. */
  async #once(
    tokens: TokenPool,
    compares: readonly Compare[],
    ops: readonly WriteOp[],
    otherwise: readonly RangeOp[],
  ): Promise<Committed> {
    let untilMs = 0
    let losses = 0
    for (;;) {
      const token = await tokens.take()
      try {
        const committed = await this.#commitWith(token, compares, ops, otherwise)
        if (committed !== null) {
          tokens.giveBack(token)
          return committed
        }
        // Somebody else has deleted the token, or the end of its lease has: nothing is known of the other conditions.
        tokens.lose(token.lease)
        if (++losses > LOSSES_MAX) throw new RefusedError(this.#engine.name, `${token.key} is changed by somebody else`)
      } catch (error) {
        if (error instanceof LeaseLostError && error.lease === token.lease && ++losses <= LOSSES_MAX) {
          tokens.lose(token.lease)
          continue
        }
        if (!(error instanceof CommitOutcomeUnknownError)) {
          tokens.giveBack(token)
          throw error
        }
        tokens.abandon(token)
        untilMs ||= this.#clock.now() + OUTCOME_MS
        const revision = await findOutcome(this.#engine, token, error, { clock: this.#clock, untilMs })
        if (revision !== null) return { ok: true, revision, results: await resultsAfter(this.#engine, ops, revision) }
        if (this.#clock.now() < untilMs) continue
        throw new UnavailableError(this.#engine.name, 'the link breaks at each commit', { cause: error })
      }
    }
  }

  /** Commit with a token; null if it was not as it had been left. */
  async #commitWith(
    token: Token,
    compares: readonly Compare[],
    ops: readonly WriteOp[],
    otherwise: readonly RangeOp[],
  ): Promise<Committed | null> {
    const { key, lease, mod } = token
    token.count += 1
    const { ok, revision, results } = await this.#engine.commit(
      [...compares, { key, target: 'mod', is: '=', than: mod }],
      [...ops, { op: 'put', key, value: numberOf(token), lease }],
      [...otherwise, { op: 'range', key, keysOnly: true }],
    )
    if (ok) token.mod = revision
    else if (modIn(results.at(-1)) !== mod) return null
    return { ok, revision, results: results.slice(0, -1) }
  }
}

function modIn(result: Committed['results'][number] | undefined): number {
  return result?.op === 'range' ? (result.kvs[0]?.mod ?? 0) : 0
}
