/** Rings when a lease of a store in a file is over, whichever process granted it. */
import type { Clock, Disarm } from '../../movement/loop/clock.js'
import type { Boot } from './boot.js'
import { NEVER } from './state.js'

/** After how long it rings again where leases could not be ended, as on a full disk. */
const RETRY_MS = 1000

/** The alarm of one user of a file. */
export class LeaseAlarm {
  private readonly clock: Clock
  private readonly boot: Boot
  private readonly ring: () => void
  private soonestMs = NEVER
  private take: Disarm | null = null

  constructor(clock: Clock, boot: Boot, ring: () => void) {
    this.clock = clock
    this.boot = boot
    this.ring = ring
  }

  /** Ring at a time since the machine started; another one that was armed before is off. */
  arm(soonestMs: number): void {
    if (soonestMs === this.soonestMs) return
    this.disarm()
    this.soonestMs = soonestMs
    if (soonestMs !== NEVER) this.set()
  }

  /** Don't ring. */
  disarm(): void {
    this.take?.()
    this.take = null
    this.soonestMs = NEVER
  }

  /** Ring again in a while, as what should have been done then could not be. */
  retry(): void {
    this.arm(Math.ceil(this.boot.now()) + RETRY_MS)
  }

  private set(): void {
    this.take = this.clock.alarm(this.boot.clockMs(this.soonestMs), () => {
      // An alarm may ring a moment before its time.
      if (this.boot.now() < this.soonestMs) this.set()
      else {
        this.disarm()
        this.ring()
      }
    })
  }
}
