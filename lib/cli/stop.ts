/** `deadbeat stop`: a daemon ends in order. */
import { setTimeout as after } from 'node:timers/promises'
import { EXIT } from '../app/exit-codes.js'
import { holderOf } from '../daemon/index.js'
import { hasEnded, processOf } from '../files/process-of.js'
import { refuse, tell } from './tell.js'

/** Whom to stop, and how long to wait. */
export interface StopOptions {
  /** What it is called in messages. */
  readonly name: string
  readonly pidFile: string
  readonly timeoutMs: number
  /** Whether it is killed when the time is over. */
  readonly kill: boolean
  readonly json: boolean
}

/** The kernel tells nobody that a lock was given back, or that another's child has ended. */
const LOOK_MS = 20
/** A killed process is gone as soon as the kernel comes to it. */
const KILLED_WITHIN_MS = 5000

/**
 * Tell the daemon that holds a pid file to stop, and wait until it has let go of it and its process has ended.
 *
 * @returns 0 once it has; 69 if nobody holds it; 75 if it hasn't within `timeoutMs`.
 */
export async function stopDaemon({ name, pidFile, timeoutMs, kill, json }: StopOptions): Promise<number> {
  const holder = holderOf(pidFile)
  if (holder === null) return refuse(`${name} is not running: no process holds ${pidFile}`, EXIT.unavailable)
  const { pid } = holder
  send(pid, 'SIGTERM')
  const done = (how: string): number => {
    tell(`${name} ${how}: process ${pid}`, { app: name, pid, killed: how !== 'has stopped' }, json)
    return EXIT.ok
  }
  if (await hasLetGo(pidFile, pid, timeoutMs)) return done('has stopped')
  if (kill) {
    send(pid, 'SIGKILL')
    if (await hasLetGo(pidFile, pid, KILLED_WITHIN_MS)) return done('was killed')
  }
  const advice = kill ? 'SIGKILL was sent, too' : 'wait longer (--timeout 5m), or end it now (--kill)'
  return refuse(`${name} (process ${pid}) has not stopped within ${timeoutMs} ms: ${advice}`, EXIT.tempfail)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function hasLetGo(pidFile: string, pid: number, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs
  while (holderOf(pidFile)?.pid === pid) {
    if (performance.now() >= end) return false
    await after(LOOK_MS)
  }
  // It lets go as the last it does: what is left of it is the kernel's work.
  while (isThere(pid) && performance.now() < end) await after(1)
  return true
}

function isThere(pid: number): boolean {
  const seen = processOf(pid)
  return seen !== null && !hasEnded(seen)
}
