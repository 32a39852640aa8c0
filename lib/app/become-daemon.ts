/** An app as a daemon: where its pid file and its log are, and what its new user is given. */
import { closeSync, constants, fchownSync, fstatSync, openSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { detach, type Daemon } from '../daemon/index.js'
import { logger } from '../log/log.js'
import type { Settings } from '../settings/index.js'
import type { appBaseConfig } from './app.js'
import type { Prepared } from './prepare.js'
import { makeRuntimeDirectory } from '../files/runtime-directory.js'

/** The pid file of an app: what its settings say, else NAME.pid in its runtime directory. */
export function pidFileOf({ settings, host, runtime }: Pick<Prepared, 'settings' | 'host' | 'runtime'>): string {
  return resolve(settings.daemon.pidFile ?? join(runtime, `${host.name}.pid`))
}

/** Where a process was when it was started, whatever directory and user it has by now. */
export interface Start {
  readonly directory: string
  /** The app's state directory. */
  readonly state: string
}

/**
 * The file of an app's log, counted from the directory of its start: what its settings say, else, for a detached daemon
 * that has no other destination, NAME.log in its state directory, for nobody sees its stderr.
 */
export function logFileOf(
  { log, daemon }: Settings<typeof appBaseConfig>,
  { directory, state }: Start,
  name: string,
): string | null {
  if (log.file !== null) return resolve(directory, log.file)
  const isElsewhere = log.syslog.address !== null || log.journal !== null
  return daemon.detach && !isElsewhere ? join(state, `${name}.log`) : null
}

/** How an app's process is started again. */
export interface BecomeDaemonOptions {
  readonly command?: readonly string[]
}

/** What an app's daemon says of itself to its caller. */
export interface AboutDaemon {
  /** The app's own name. */
  readonly app: string
  /** The file of its log; null if it has none. */
  readonly log: string | null
}

/**
 * Become what an app's `daemon` settings say, with its log open and nothing else. Its directories and its log are given
 * to the user that it becomes.
 *
 * @throws {DaemonError} If it can't: it runs already, or may not.
 */
export async function becomeDaemon(prepared: Prepared, options: BecomeDaemonOptions = {}): Promise<Daemon> {
  const { settings, host, runtime } = prepared
  const { detach: isDetached, pidFile } = settings.daemon
  if (isDetached && pidFile === null) makeRuntimeDirectory(host.name, { flag: runtime })
  const handOver = (uid: number | null, gid: number | null): void => {
    if (uid === null && gid === null) return
    // For the control socket. Below another root it isn't there yet, and the new user may not make it.
    if (settings.daemon.chroot !== null && settings.control.enabled && settings.control.socket === null)
      makeRuntimeDirectory(host.name, { flag: runtime })
    const own = [host.stateDirectory(), runtime, ...(settings.log.file === null ? [] : [settings.log.file])]
    for (const path of own) give(path, uid ?? -1, gid ?? -1)
  }
  return await detach(settings.daemon, {
    ...options,
    about: { app: host.name, log: settings.log.file } satisfies AboutDaemon,
    pidFile: isDetached ? pidFileOf(prepared) : null,
    handOver,
    onLost: (error) => logger.warn({ err: error }, 'the service manager cannot be told'),
    exitOnError: false,
  })
}

/** Only what is the superuser's own and has one name: what lies in another's directory could lead anywhere. */
function give(path: string, uid: number, gid: number): void {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return // It isn't there, or not below the new root.
  }
  try {
    const stats = fstatSync(fd)
    if (stats.uid === 0 && (stats.isDirectory() || (stats.isFile() && stats.nlink === 1))) fchownSync(fd, uid, gid)
  } finally {
    closeSync(fd)
  }
}
