/** `deadbeat start`: an app as a daemon. */
import { CHILD, commandLine } from '../daemon/command-line.js'
import { findApp } from './find-app.js'
import { orTell, tell } from './tell.js'

/** How it is started. */
export interface StartOptions {
  readonly json: boolean
  /** The arguments of Node that start it again; those of this process by default. */
  readonly command?: readonly string[]
}

/**
 * Start the app of that name in the background, and wait until it runs.
 *
 * @returns Its exit code if it fails; null if it was a plain script, which by then runs.
 */
export function start(name: string, argv: readonly string[], options: StartOptions): Promise<number | null> {
  const isDaemon = process.env[CHILD] !== undefined
  const flags = [...argv, '--daemon.detach']
  return orTell(name, async () => {
    const app = await findApp(name, flags)
    if (app === null) {
      // A script that detaches ends this process, or is the daemon itself.
      if (!isDaemon) process.stderr.write(`${name} is a plain script that has not called detach(): it isn't detached\n`)
      return null
    }
    const { look } = await import('../app/prepare.js')
    const { runApp } = await import('../app/run-app.js')
    const onRunning = (pid: number): void => {
      const { file } = look(app, { argv: flags }).settings.log
      const log = file === null ? '' : `; its log is ${file}`
      tell(`${app.name} runs: process ${pid}${log}`, { app: app.name, pid, log: file }, options.json)
    }
    return await runApp(app, { argv: flags, command: options.command ?? commandLine, onRunning })
  })
}
