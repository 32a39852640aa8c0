/**
 * Tokens: keys of our own, one for each commit that is under way, that every commit writes as well. What is in it says
 * afterwards whether that commit was applied. They go with a lease, so that nothing is left of a process that was
 * killed; it is kept alive by use alone, so that a process that commits nothing costs nothing. Their keys lie outside
 * of those that paths have.
 */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../movement/loop/clock.js'
import type { Engine } from '../engine/engine.js'
import { NO_LEASE, type LeaseId } from '../engine/lease-id.js'
import type { Key } from '../engine/range.js'

const TTL_S = 60
/** What broken links leave behind goes when its lease ends; after so many another one is begun. */
const ABANDONED_MAX = 100

/** A key that one commit at a time writes. */
export interface Token {
  readonly key: Key
  readonly lease: LeaseId
  /** Its last write; 0 before the first. */
  mod: number
  /** How often it was tried to write it. */
  count: number
}

/** The tokens of one database. */
export class TokenPool {
  readonly #engine: Engine
  readonly #clock: Clock
  readonly #prefix = `txn/${randomBytes(9).toString('base64url')}/`
  #lease: LeaseId = NO_LEASE
  /** When the lease is over if nothing more is heard. */
  #deadlineMs = 0
  #granting: Promise<void> | null = null
  #isKeeping = false
  #free: Token[] = []
  #made = 0
  #abandoned = 0

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine
    this.#clock = clock
  }

  /** Have a token that nobody else has. */
  async take(): Promise<Token> {
    const leftMs = this.#deadlineMs - this.#clock.now()
    // A commit must have found out its outcome before the lease is over, so there is always much of it left.
    if (this.#lease === NO_LEASE || leftMs < TTL_S * 250) await this.#grant()
    else if (leftMs < TTL_S * 500) void this.#keepAlive()
    return this.#free.pop() ?? { key: `${this.#prefix}${(this.#made += 1)}`, lease: this.#lease, mod: 0, count: 0 }
  }

  /** It is free again, and its last write known. */
  giveBack(token: Token): void {
    if (token.lease === this.#lease) this.#free.push(token)
  }

  /** Nobody knows who may still write it. */
  abandon(token: Token): void {
    this.#abandoned += 1
    if (this.#abandoned >= ABANDONED_MAX) this.lose(token.lease)
  }

  /** The lease is gone, and all tokens with it. */
  lose(lease: LeaseId): void {
    if (lease !== this.#lease) return
    this.#lease = NO_LEASE
    this.#free = []
    this.#abandoned = 0
  }

  /** Let go of all tokens in the store. */
  async close(): Promise<void> {
    const lease = this.#lease
    this.lose(lease)
    if (lease !== NO_LEASE) await this.#engine.revoke(lease)
  }

  async #grant(): Promise<void> {
    this.#granting ??= this.#grantNew().finally(() => (this.#granting = null))
    await this.#granting
  }

  async #grantNew(): Promise<void> {
    this.lose(this.#lease)
    const sentMs = this.#clock.now()
    const { id, ttlS } = await this.#engine.grant(TTL_S)
    this.#lease = id
    this.#deadlineMs = sentMs + ttlS * 1000
  }

  async #keepAlive(): Promise<void> {
    if (this.#isKeeping) return
    this.#isKeeping = true
    const lease = this.#lease
    const sentMs = this.#clock.now()
    try {
      const ttlS = await this.#engine.keepAlive(lease)
      if (ttlS === 0) this.lose(lease)
      else if (lease === this.#lease) this.#deadlineMs = sentMs + ttlS * 1000
    } catch {
      // The link is broken. The next commit tries again, and gets a new lease if it takes too long.
    } finally {
      this.#isKeeping = false
    }
  }
}
