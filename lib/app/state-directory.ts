/** Where an app keeps what must outlive its process. */
import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

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

/** The same, made with mode 0700 if it isn't there. */
export function makeStateDirectory(name: string, options: StateDirectoryOptions = {}): string {
  const dir = stateDirectory(name, options)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  return dir
}
