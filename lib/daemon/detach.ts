/**
 * Going on in the background, with a true exit code: the caller's process waits until the daemon's train runs.
 *
 * A process of Node can't fork, so the program is started again, in a session of its own, with a channel to its parent.
 * The child says `ready` when a train runs (it hears that on Node's diagnostics channel `deadbeat.train.running`, so
 * that no script has to pass it on); if it ends before, its exit code becomes the caller's. Errors reach the caller's
 * terminal, because the child keeps its stderr until it is ready.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { closeSync, openSync } from 'node:fs'
import { native } from 'inotify-ts/native'
import type { Settings } from '../settings/index.js'
import type { daemonBaseConfig } from './base-config.js'

const CHILD = 'DEADBEAT_DETACHED'
const RUNNING = 'deadbeat.train.running'
const EX_SOFTWARE = 70
const EX_TEMPFAIL = 75

/**
 * Detach, if the settings say so; otherwise, and in the child, go on. The caller's process ends here: with 0 once the
 * daemon's train runs, with the daemon's own exit code if it fails before, with 75 (EX_TEMPFAIL) after `readyTimeoutMs`.
 *
 * @example
 * await detach({ detach: false, readyTimeoutMs: 1000 }) // Goes on in the foreground.
 */
export async function detach(settings: Settings<typeof daemonBaseConfig>): Promise<void> {
  if (process.env[CHILD] !== undefined) {
    becomeDaemon()
    return
  }
  if (!settings.detach) return
  process.exit(await outcomeOf(start(), settings.readyTimeoutMs))
}

function start(): ChildProcess {
  // With io_uring on, a later change of user would be refused.
  const { UV_USE_IO_URING: _, ...env } = process.env
  native?.cloexecFrom(3)
  return spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...env, [CHILD]: '1' },
  })
}

function outcomeOf(child: ChildProcess, timeoutMs: number): Promise<number> {
  return new Promise((resolve) => {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      process.stderr.write(
        `the daemon (pid ${child.pid}) did not run its train within readyTimeoutMs (${timeoutMs} ms)\n`,
      )
      child.kill('SIGKILL')
    }, timeoutMs)
    const settle = (code: number): void => {
      clearTimeout(timer)
      resolve(code)
    }
    child.once('message', () => settle(0))
    child.once('exit', (code) => settle(isLate ? EX_TEMPFAIL : code === null || code === 0 ? EX_SOFTWARE : code))
    child.once('error', (error) => {
      process.stderr.write(`cannot start the daemon: ${error.message}\n`)
      settle(EX_SOFTWARE)
    })
  })
}

function becomeDaemon(): void {
  Reflect.deleteProperty(process.env, CHILD) // Its own children are no daemons.
  const ready = (): void => {
    unsubscribe(RUNNING, ready)
    process.send?.('ready', () => {
      process.disconnect()
      letGoOfTerminal()
    })
  }
  subscribe(RUNNING, ready)
}

function letGoOfTerminal(): void {
  // Whoever started the daemon may wait until nobody has its stderr any more.
  if (native === null) {
    closeSync(2)
    openSync('/dev/null', 'r+') // The lowest number that is free, which is 2.
    return
  }
  const nowhere = openSync('/dev/null', 'r+')
  native.dup2(nowhere, 2)
  closeSync(nowhere)
}
