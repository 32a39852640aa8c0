/** Where an app keeps what must outlive its process. */
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { DeadbeatError, codeOf } from '../errors/index.js'
import { makeDirectories } from './make-directories.js'

/** What decides about the directory. */
export interface StateDirectoryOptions {
  /** What `--state-dir` says; null if it wasn't given. */
  readonly flag?: string | null
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Whether it is the superuser's; what the process is by default. */
  readonly isRoot?: boolean
}

/**
 * The state directory of an app: `--state-dir`, else `$STATE_DIRECTORY` (systemd), else `/var/lib/deadbeat/NAME` for
 * root, else `$XDG_STATE_HOME/deadbeat/NAME`, else the same under `~/.local/state`. It only names it.
 *
 * @example
 * assert.equal(stateDirectory('a', { env: { XDG_STATE_HOME: '/s' }, isRoot: false }), '/s/deadbeat/a')
 */
export function stateDirectory(name: string, options: StateDirectoryOptions = {}): string {
  const { flag = null, env = process.env, isRoot = process.getuid?.() === 0 } = options
  if (flag !== null) return resolve(flag)
  const [given = ''] = (env['STATE_DIRECTORY'] ?? '').split(':') // systemd may list several; the first is the unit's own.
  if (given !== '') return given
  if (isRoot) return join('/var/lib/deadbeat', name)
  const base = env['XDG_STATE_HOME'] ?? ''
  return join(base.startsWith('/') ? base : join(env['HOME'] ?? homedir(), '.local/state'), 'deadbeat', name)
}

/**
 * The same, made with mode 0700 if it isn't there.
 *
 * @throws {DeadbeatError} With code ERR_STATE_DIRECTORY if it can't be made.
 */
export function makeStateDirectory(name: string, options: StateDirectoryOptions = {}): string {
  const dir = stateDirectory(name, options)
  const { isRoot = process.getuid?.() === 0 } = options
  try {
    // What lies above is passed through by daemons of several users.
    makeDirectories(dirname(dir), isRoot ? 0o755 : 0o700)
    makeDirectories(dir, 0o700)
  } catch (cause) {
    const what = `the state directory ${dir} cannot be made (${codeOf(cause)}): make it, or name another (--state-dir)`
    throw new DeadbeatError('ERR_STATE_DIRECTORY', what, { cause })
  }
  return dir
}
