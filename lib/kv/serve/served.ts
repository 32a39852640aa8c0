/** What all calls work with: the store, who we are, and the limits. */
import { createHash } from 'node:crypto'
import type { Engine } from '../engine/engine.js'
import type { Budget } from './budget.js'
import type { ServeSettings } from './options.js'

/** A store that is served. */
export interface Served {
  readonly engine: Engine
  readonly settings: ServeSettings
  /** Which store it is, whoever serves it. */
  readonly clusterId: bigint
  /** Who serves it. */
  readonly memberId: bigint
  /** As clients reach it. */
  readonly address: string
  /** What waits for clients that read slowly, of all streams. */
  readonly buffered: Budget
}

/** What an answer begins with. */
export interface Header {
  readonly clusterId: bigint
  readonly memberId: bigint
  readonly revision: number
  readonly term: number
}

/** Nobody is elected here; a term of 0 would mean that there is no leader. */
export const TERM = 1

/** What an answer begins with. */
export function headerOf({ clusterId, memberId }: Served, revision: number): Header {
  return { clusterId, memberId, revision, term: TERM }
}

/** The number of whoever serves a store at an address: the same after a restart. */
export function memberIdOf(clusterId: bigint, address: string): bigint {
  return createHash('sha256').update(`${clusterId} ${address}`).digest().readBigUInt64BE() | 1n
}

/** The store's revision now. */
export async function revisionOf({ engine }: Served): Promise<number> {
  return (await engine.range([])).revision
}
