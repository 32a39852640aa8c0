/** What an item is asked: by somebody on the other side of a transport, or in the same process. */
import type { Principal } from '../../rights/index.js'

/** Who asks, and for how long the answer is of use. */
export interface AskOptions {
  /** Aborts when nobody wants the answer any more. */
  readonly signal?: AbortSignal | undefined
  /** Whether it has: asked instead of it by whoever makes the signal only when somebody wants to hear it. */
  readonly isAborted?: boolean | undefined
  /** How long it may take; null or none: without a limit. */
  readonly deadlineMs?: number | null | undefined
  /** Who asks; the user of this process if nobody is named. */
  readonly principal?: Principal | undefined
}

/** A GET or a SET as the methods of an item see it. */
export interface ItemRequest {
  readonly type: 'GET' | 'SET'
  /** Of a SET: checked by the item's description and validated. Undefined in a GET. */
  readonly value: unknown
  /** Of a GET: whether the value that is known already won't do. */
  readonly refresh: boolean
  readonly principal: Principal
  /** Aborts when nobody wants the answer any more, or the deadline has passed. */
  readonly signal: AbortSignal
  /** How long it may still take; null: without a limit. */
  readonly deadlineMs: number | null
}

/** The user of this process: who asks where no transport stands between. */
export const ownPrincipal: Principal = Object.freeze({ kind: 'uid', id: process.getuid?.() ?? 0 })
