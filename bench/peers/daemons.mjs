// rsyslog and syslog-ng in the foreground, each with a configuration of its own in a directory of its own.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInstalled } from '../processes.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Where setup.mjs unpacks Debian's syslog-ng. */
export const SYSLOG_NG = `${here}node_modules/.syslog-ng`

/** Whether a daemon is there to be run. */
export const hasDaemon = (name) => (name === 'rsyslog' ? isInstalled('rsyslogd') : existsSync(SYSLOG_NG))

/**
 * The command that runs a daemon, as { command, args, options } for spawn.
 *
 * `config` is a file of this folder; `values` are put in where it says @NAME@; `directory` keeps its state.
 */
export function daemon(name, config, directory, values) {
  mkdirSync(directory, { recursive: true })
  let text = readFileSync(join(here, config), 'utf8')
  for (const [key, value] of Object.entries({ RUN: directory, ...values })) text = text.replaceAll(`@${key}@`, value)
  const path = join(directory, config)
  writeFileSync(path, text)
  const pid = join(directory, 'pid')
  if (name === 'rsyslog') return { command: 'rsyslogd', args: ['-n', '-f', path, '-i', pid], options: {} }
  const modules = `${SYSLOG_NG}/usr/lib/syslog-ng`
  const state = ['-R', join(directory, 'persist'), '-p', pid, '-c', join(directory, 'control')]
  return {
    command: `${SYSLOG_NG}/usr/sbin/syslog-ng`,
    args: ['-F', '--no-caps', '-f', path, `--module-path=${modules}/3.38`, ...state],
    options: { env: { ...process.env, LD_LIBRARY_PATH: modules } },
  }
}

/** Start a daemon; its messages are thrown away. */
export function startDaemon(...all) {
  const { command, args, options } = daemon(...all)
  return spawn(command, args, { stdio: 'ignore', ...options })
}
