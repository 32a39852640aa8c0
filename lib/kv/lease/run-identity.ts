/**
 * Who a run is, so that another one can tell for certain whether it still lives: its process, by number and start, which
 * the same kernel can be asked about from within the same space of process numbers (a container has one of its own).
 */
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { codeOf } from '../../errors/index.js'
import { hasEnded, processOf } from '../../files/process-of.js'

/** A run. */
export interface RunIdentity {
  /** No other run has the same. */
  readonly run: string
  readonly host: string
  readonly pid: number
  /** The start of the kernel that it runs on. */
  readonly bootId: string
  /** The space that its number belongs to. */
  readonly pidSpace: string
  /** When its process was started, as the kernel counts: numbers are given again. */
  readonly startTicks: string
}

/** What is known of a run: that it lives, that it is dead, or nothing. */
export type Liveness = 'alive' | 'dead' | 'unknown'

/** The runs that this process has. */
const ours = new Set<string>()

/** Begin a run of this process. */
export function beginRun(proc = '/proc'): RunIdentity {
  const identity = { run: randomUUID(), host: hostname(), pid: process.pid, ...kernelOf(proc), ...self(proc) }
  ours.add(identity.run)
  return identity
}

/** A run of this process is over. */
export function endRun({ run }: RunIdentity): void {
  ours.delete(run)
}

/** Whether a run lives, as far as it can be known from here. */
export function livenessOf(other: RunIdentity, proc = '/proc'): Liveness {
  const { bootId, pidSpace } = kernelOf(proc)
  if (bootId === '' || pidSpace === '' || other.bootId !== bootId || other.pidSpace !== pidSpace) return 'unknown'
  const process = processOf(other.pid, proc)
  if (process === null) return exists(other.pid) ? 'alive' : 'dead'
  if (hasEnded(process) || process.startTicks !== other.startTicks) return 'dead'
  return isSelf(other.pid) && !ours.has(other.run) ? 'dead' : 'alive'
}

/**
 * A run as somebody has written it down; null if it is none.
 *
 * @example
 * assert.equal(parseIdentity('{}'), null)
 */
export function parseIdentity(text: string): RunIdentity | null {
  try {
    const told = JSON.parse(text) as Partial<Record<keyof RunIdentity, unknown>> | null
    const texts = [told?.run, told?.host, told?.bootId, told?.pidSpace, told?.startTicks]
    return texts.every((one) => typeof one === 'string') && Number.isInteger(told?.pid) ? (told as RunIdentity) : null
  } catch {
    return null // Somebody else's.
  }
}

function kernelOf(proc: string): Pick<RunIdentity, 'bootId' | 'pidSpace'> {
  return {
    bootId: orNothing(() => readFileSync(join(proc, 'sys/kernel/random/boot_id'), 'utf8').trim()),
    pidSpace: orNothing(() => readlinkSync(join(proc, 'self/ns/pid'))),
  }
}

function self(proc: string): Pick<RunIdentity, 'startTicks'> {
  return { startTicks: processOf(process.pid, proc)?.startTicks ?? '' }
}

function isSelf(pid: number): boolean {
  return pid === process.pid
}

/** Where processes of others are hidden, the kernel still says whether there is one. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

function orNothing(read: () => string): string {
  try {
    return read()
  } catch {
    return '' // What can't be read says nothing.
  }
}
