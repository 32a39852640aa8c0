/** Where an app keeps what ends with its process: its pid file and its control socket. */
import { lstatSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DeadbeatError, codeOf } from '../errors/index.js'

/** What decides about the directory. */
export interface RuntimeDirectoryOptions {
  /** What `--runtime-dir` says; null if it wasn't given. */
  readonly flag?: string | null
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Whose it is; the process's user by default. */
  readonly uid?: number
}

/**
 * The runtime directory of an app: `--runtime-dir`, else `$RUNTIME_DIRECTORY` (systemd), else `/run/deadbeat/NAME` for
 * root, else `$XDG_RUNTIME_DIR/deadbeat/NAME`, else `/tmp/deadbeat-UID/NAME`. Each app has its own, so that a daemon
 * that changes its user can still remove what it made. It only names it.
 *
 * @example
 * assert.equal(runtimeDirectory('a', { env: { XDG_RUNTIME_DIR: '/run/user/7' }, uid: 7 }), '/run/user/7/deadbeat/a')
 */
export function runtimeDirectory(name: string, options: RuntimeDirectoryOptions = {}): string {
  const { flag = null, env = process.env, uid = process.getuid?.() ?? 0 } = options
  if (flag !== null) return resolve(flag)
  const [given = ''] = (env['RUNTIME_DIRECTORY'] ?? '').split(':') // systemd may list several; the first is the unit's own.
  if (given !== '') return given
  if (uid === 0) return join('/run/deadbeat', name)
  const base = env['XDG_RUNTIME_DIR'] ?? ''
  return base.startsWith('/') ? join(base, 'deadbeat', name) : join(`/tmp/deadbeat-${uid}`, name)
}

/**
 * The same, made with mode 0700 if it isn't there.
 *
 * @throws {DeadbeatError} With code ERR_RUNTIME_DIRECTORY if it can't be made, or if it, or the folder that it is in, is
 * somebody else's, or a link: who may write there could put another socket or pid file in the place of ours.
 */
export function makeRuntimeDirectory(name: string, options: RuntimeDirectoryOptions = {}): string {
  const { uid = process.getuid?.() ?? 0 } = options
  const dir = runtimeDirectory(name, options)
  const above = dirname(dir)
  try {
    // What lies above is passed through by daemons of several users.
    mkdirSync(above, { recursive: true, mode: uid === 0 ? 0o755 : 0o700 })
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const what = `the runtime directory ${dir} cannot be made (${codeOf(cause)}): make it, or name another (--runtime-dir)`
    throw new DeadbeatError('ERR_RUNTIME_DIRECTORY', what, { cause })
  }
  if (above === `/tmp/deadbeat-${uid}`) requireOwn(above, uid)
  requireOwn(dir, uid)
  return dir
}

function requireOwn(dir: string, uid: number): void {
  const { mode, uid: owner } = lstatSync(dir)
  const refuse = (what: string): never => {
    const rule = 'it must be a directory of its user that nobody else may write to'
    throw new DeadbeatError('ERR_RUNTIME_DIRECTORY', `the runtime directory ${dir} cannot be used: ${rule}; ${what}`)
  }
  if ((mode & 0o170000) !== 0o040000) refuse('it is no directory')
  if (uid !== 0 && owner !== uid && owner !== 0) refuse(`it belongs to user ${owner}, and this is user ${uid}`)
  if ((mode & 0o022) !== 0) refuse(`its mode is 0${(mode & 0o7777).toString(8)}`)
}
