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
  const aheadMs = Math.round(Number(process.hrtime.bigint() / 1000n) / 1000 - clock.now())
  return {
    id: readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(),
    now: () => clock.now() + aheadMs,
    clockMs: (bootMs) => bootMs - aheadMs,
  }
}
