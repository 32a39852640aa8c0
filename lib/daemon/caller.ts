/** The caller's side of a daemon: the process that starts it, and waits until its train runs. */
import { spawn, type ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { native } from 'inotify-ts/native'
import { codeOf } from '../errors/index.js'
import { CHILD } from './command-line.js'
import { EX } from './daemon-error.js'

/** The signals that end the wait, and the daemon that was waited for. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What a daemon says of itself once it is one: it has its log, its pid file and its user. */
export interface Introduction {
  /** How long it may take from its start until its train runs. */
  readonly readyTimeoutMs: number
  /** What its caller is to know of it. */
  readonly about: unknown
}

/** How the start of a daemon went. */
export interface Outcome {
  /** 0 if its train runs; else its own exit code, or what became of it. */
  readonly code: number
  readonly pid: number | null
  /** What it said of itself; undefined if it didn't come to that. */
  readonly about: unknown
}

/**
 * Start the program of these arguments of Node again, in a session of its own and with no descriptor of ours but
 * stderr, and wait until it says that its train runs, it ends, or the time is over: then it is killed, with all that
 * it started. Why it failed is told on stderr, by itself if it can.
 *
 * @param readyTimeoutMs The time it has until it says what its settings give it.
 */
export function startDaemon(command: readonly string[], readyTimeoutMs: number): Promise<Outcome> {
  const child = spawnDetached(command)
  return new Promise((resolve) => {
    let failure: number | null = null
    const giveUp = (code: number, why: string): void => {
      failure = code
      process.stderr.write(`${why}\n`)
      killGroup(child)
    }
    const beganAt = performance.now()
    const giveUpAfter = (limitMs: number, failed: string): NodeJS.Timeout => {
      const late = `the daemon (pid ${child.pid}) ${failed} within readyTimeoutMs (${limitMs} ms): it was killed`
      return setTimeout(() => giveUp(EX.tempFail, late), limitMs - (performance.now() - beganAt))
    }
    let timer = giveUpAfter(readyTimeoutMs, 'was not loaded')
    let introduction: Introduction | undefined
    const interrupted = (signal: NodeJS.Signals): void =>
      giveUp(
        128 + constants.signals[signal],
        `the daemon (pid ${child.pid}) was not waited for: ${signal}; it was killed`,
      )
    for (const signal of ENDING) process.once(signal, interrupted)
    let isSettled = false
    const settle = (code: number): void => {
      isSettled = true
      clearTimeout(timer)
      for (const signal of ENDING) process.off(signal, interrupted)
      resolve({ code, pid: child.pid ?? null, about: introduction?.about })
    }
    child.on('message', (message: 'ready' | Introduction) => {
      if (message === 'ready') {
        settle(0)
        return
      }
      clearTimeout(timer)
      introduction = message
      timer = giveUpAfter(message.readyTimeoutMs, 'did not run its train')
    })
    child.once('exit', (code, signal) => {
      const ended = (): void => {
        if (!isSettled) settle(failure ?? codeOfEnd(child, code, signal))
      }
      // What it said last may still be under way.
      if (child.connected) child.once('disconnect', () => void setImmediate(ended))
      else ended()
    })
    child.once('error', (error) => {
      process.stderr.write(`the daemon cannot be started: ${codeOf(error) || error.message}\n`)
      settle(EX.software)
    })
  })
}

function spawnDetached(command: readonly string[]): ChildProcess {
  // With io_uring on, a later change of user would be refused.
  const { UV_USE_IO_URING: _, ...env } = process.env
  native?.cloexecFrom(3)
  return spawn(process.execPath, command, {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...env, [CHILD]: '1' },
  })
}

function codeOfEnd(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): number {
  if (code !== null && code !== 0) return code
  const how = signal === null ? 'ended with 0' : `was ended by ${signal}`
  process.stderr.write(`the daemon (pid ${child.pid}) ${how} before its train ran\n`)
  return EX.software
}

/** It leads a group of its own, in which everything is that it started. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended by itself.
  }
}
