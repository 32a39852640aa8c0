/** What the kernel says of a process. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A process as `/proc/PID/stat` shows it. */
export interface ProcessState {
  /** A letter: R runs, S sleeps, Z has ended and its parent has not asked about it yet. */
  readonly state: string
  /** When it was started, in ticks since the start of the kernel: numbers are given again. */
  readonly startTicks: string
}

/** Of a process that has ended and that its parent has not asked about yet. */
const ENDED: readonly string[] = ['Z', 'X', 'x']

/**
 * The process of that number. Null if there is none, or none is shown.
 *
 * @example
 * assert.match(processOf(process.pid)?.startTicks ?? '', /^\d+$/)
 */
export function processOf(pid: number, proc = '/proc'): ProcessState | null {
  let stat: string
  try {
    stat = readFileSync(join(proc, String(pid), 'stat'), 'latin1')
  } catch {
    return null
  }
  // The name of the program, in brackets, may hold anything; the state follows it, the start comes 19 fields later.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, startTicks] = [fields[0], fields[19]]
  return state === undefined || startTicks === undefined ? null : { state, startTicks }
}

/**
 * How many bytes of memory this process has now. Null where the kernel doesn't say: below a root without `/proc`.
 *
 * @example
 * assert.ok(Number(residentBytes()) > 1_000_000)
 */
export function residentBytes(): number | null {
  try {
    return process.memoryUsage.rss()
  } catch {
    return null
  }
}

/** Whether it is through, though its number is still taken. */
export function hasEnded({ state }: ProcessState): boolean {
  return ENDED.includes(state)
}
