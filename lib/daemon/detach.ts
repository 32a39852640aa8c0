/**
 * Becoming a daemon: in the background with a true exit code, or in the foreground under a service manager.
 *
 * A process of Node can't fork, so the program is started again, in a session of its own, with a channel to its caller.
 * The child says `ready` when a train runs (it hears that on the diagnostics channel `deadbeat.train.running`, so that
 * no script has to pass it on); if it ends before, its exit code becomes the caller's. Errors reach the caller's
 * terminal, because the child keeps its stderr until it is ready.
 *
 * What follows has an order: first what only the old user may do (the lock of the pid file, files that are handed
 * over), and names while their lists are in reach; then the new root, and the working directory in it, for a root
 * directory alone holds nobody; then the mode bits; last the user.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { closeSync, openSync } from 'node:fs'
import { resolve } from 'node:path'
import { loadError, native } from 'inotify-ts/native'
import { ConfigError, codeOf, toError } from '../errors/index.js'
import { escapeControls } from '../errors/escape-controls.js'
import { givenSockets, type GivenSocket } from '../net/given-sockets.js'
import type { Settings } from '../settings/index.js'
import type { daemonBaseConfig } from './base-config.js'
import { startDaemon, type Introduction, type Outcome } from './caller.js'
import { CHILD, commandLine } from './command-line.js'
import { clearDeadline } from './deadline.js'
import { DaemonError, EX, needsNative } from './daemon-error.js'
import { ServiceManager } from './notify.js'
import { PidFile } from './pid-file.js'
import { becomeGroups, becomeUser, identityOf } from './privileges.js'
import { CHANNELS, supervise } from './supervision.js'

/** What the operator sets; what is left out is as `daemonBaseConfig` says. */
export type DaemonSettings = Partial<Settings<typeof daemonBaseConfig>>

const DEFAULTS: Required<DaemonSettings> = {
  detach: false,
  readyTimeoutMs: 30_000,
  pidFile: null,
  user: null,
  group: null,
  umask: null,
  directory: null,
  chroot: null,
}

/** What a script may add to the operator's settings. */
export interface DetachOptions {
  /** The arguments of Node with which this program is started again; those that it was started with. */
  readonly command?: readonly string[]
  /** The pid file if the settings name none; by default there is none then. */
  readonly pidFile?: string | null
  /** What the daemon says of itself to its caller, where that is `callDaemon`: anything that JSON keeps. */
  readonly about?: unknown
  /**
   * Called just before the user is changed, and after the root is: make here what the daemon needs, and give it to the
   * new user. Both are null where the user, or the group, stays.
   */
  readonly handOver?: (uid: number | null, gid: number | null) => void
  /** Told if the service manager can't be. */
  readonly onLost?: (error: Error) => void
  /** Whether what fails is told on stderr and ends the process with its code, as in `gather`; true by default. */
  readonly exitOnError?: boolean
}

/** What a daemon has from its start. */
export interface Daemon {
  /** Sockets that a service manager opened for it. */
  readonly sockets: readonly GivenSocket[]
  /** Who is told how it fares; that its train runs and stops is told already. */
  readonly manager: ServiceManager
}

/**
 * Become what the settings say. With `detach` the caller's process ends here: with 0 once the daemon's train runs, with
 * the daemon's own exit code if it fails before, with 75 (EX_TEMPFAIL) after `readyTimeoutMs`; the rest of the script
 * runs in the daemon. Everything else holds in the foreground, too.
 *
 * Call it after the settings are gathered and the log is opened, and before anything else is.
 *
 * @throws {DaemonError} If it can't; only without `exitOnError`.
 * @example
 * const { daemon } = gather({ daemon: daemonBaseConfig }, { argv: [], env: {} })
 * const { sockets } = await detach(daemon) // Goes on in the foreground.
 * assert.equal(sockets.length, 0)
 */
export async function detach(given: DaemonSettings, options: DetachOptions = {}): Promise<Daemon> {
  clearDeadline() // That of whoever loads this script: from here on the daemon has its own.
  const settings = { ...DEFAULTS, ...given }
  try {
    const isChild = process.env[CHILD] !== undefined
    Reflect.deleteProperty(process.env, CHILD) // Its own children are no daemons.
    if (settings.detach && !isChild)
      process.exit((await callDaemon(options.command ?? commandLine, settings.readyTimeoutMs)).code)
    if (isChild) {
      tellCallerWhenRunning()
    }
    const daemon = settle(settings, options)
    if (isChild) introduce({ readyTimeoutMs: settings.readyTimeoutMs, about: options.about ?? null })
    return daemon
  } catch (error) {
    if (options.exitOnError === false) throw error
    process.stderr.write(`${escapeControls(toError(error).message)}\n`)
    process.exit(error instanceof DaemonError ? error.exitCode : error instanceof ConfigError ? EX.config : EX.software)
  }
}

/**
 * Start the daemon that these arguments of Node are, and wait until its train runs, or it fails, as `startDaemon` does.
 *
 * @throws {ConfigError} If sockets were given to this process: they can't be passed on.
 */
export async function callDaemon(command: readonly string[], readyTimeoutMs: number): Promise<Outcome> {
  if (givenSockets().length > 0) {
    throw new ConfigError(['daemon.detach must be off where a service manager gives sockets: LISTEN_FDS is set'])
  }
  return await startDaemon(command, readyTimeoutMs)
}

function introduce(introduction: Introduction): void {
  if (process.connected) process.send?.(introduction)
}

function settle(settings: Required<DaemonSettings>, options: DetachOptions): Daemon {
  native?.cloexecFrom(3)
  const manager = new ServiceManager(options.onLost === undefined ? {} : { onLost: options.onLost })
  const sockets = givenSockets()
  const identity = identityOf(settings)
  const path = settings.pidFile ?? options.pidFile ?? null
  if (path !== null) PidFile.take(resolve(path))
  if (identity !== null) becomeGroups(identity)
  if (settings.chroot !== null) changeRoot(settings.chroot)
  if (settings.directory !== null) changeDirectory(settings.directory)
  if (settings.umask !== null) process.umask(settings.umask)
  options.handOver?.(identity?.user?.uid ?? null, identity?.gid ?? null)
  if (identity !== null) becomeUser(identity)
  supervise(manager)
  return { sockets, manager }
}

function changeRoot(root: string): void {
  if (native === null) throw needsNative(`daemon.chroot ${root}`, loadError)
  try {
    native.chroot(root)
  } catch (error) {
    throw unusable('chroot', root, error)
  }
  process.chdir('/')
}

function changeDirectory(directory: string): void {
  try {
    process.chdir(directory)
  } catch (error) {
    throw unusable('directory', directory, error)
  }
}

function unusable(setting: string, value: string, cause: unknown): Error {
  if (codeOf(cause) === 'EPERM') {
    return new DaemonError('EPERM', `daemon.${setting} ${value} needs the superuser`, EX.noPerm, { cause })
  }
  return new ConfigError([`daemon.${setting} must be a directory that can be entered: ${value} is ${codeOf(cause)}`], {
    cause,
  })
}

function tellCallerWhenRunning(): void {
  const nowhere = openSync('/dev/null', 'r+') // Opened now: another root may have none.
  const ready = (): void => {
    unsubscribe(CHANNELS.running, ready)
    letGoOfTerminal(nowhere) // First: once the caller knows, nothing of it is held.
    if (process.connected) process.send?.('ready', () => process.disconnect())
  }
  subscribe(CHANNELS.running, ready)
}

/** Whoever started the daemon may wait until nobody has its stderr any more. */
function letGoOfTerminal(nowhere: number): void {
  if (native === null) {
    closeSync(2)
    openSync('/dev/null', 'r+') // The lowest number that is free, which is 2.
  } else {
    native.dup2(nowhere, 2)
  }
  closeSync(nowhere)
}
