/** The time since the machine started, which all of its processes share, and which start that was. */
import { readFileSync } from 'node:fs'
import type { Clock } from '../../movement/loop/clock.js'

/** One run of the machine. */
export interface Boot {
  readonly id: string
  /** Ms since it started; it stands while the machine sleeps. */
  now(): number
  /** The same moment on the clock that it was made of. */
  clockMs(bootMs: number): number
}

/** This run of the machine, as a clock goes. */
export function thisBoot(clock: Clock): Boot {
  // Whoever has to wait for a processor between the two finds too little, and would end his leases before he thinks so
  // himself: hence the most of several.
  const aheadMs = Math.round(Math.max(...Array.from({ length: 5 }, () => sinceStartMs() - clock.now())))
  return {
    id: readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(),
    now: () => clock.now() + aheadMs,
    clockMs: (bootMs) => bootMs - aheadMs,
  }
}

function sinceStartMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000
}
