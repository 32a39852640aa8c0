/** Leases as writes take them. */
import type { LeaseId } from './engine/lease-id.js'

/** A lease that keys can go with: one of `Backend.lease`, or one that somebody else keeps alive. */
export interface HeldLease {
  readonly id: LeaseId
  /** Throws if it is over. It is asked before each commit that carries the lease. */
  check?(): void
  /** Told when the store says that there is no such lease. */
  lose?(why: string, cause?: unknown): void
}
