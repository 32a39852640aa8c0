/** `deadbeat start`: an app as a daemon. */
import type { App } from '../app/app.js'
import type { AboutDaemon } from '../app/become-daemon.js'
import { callDaemon } from '../daemon/index.js'
import { CHILD, commandLine } from '../daemon/command-line.js'
import { escapeControls } from '../errors/escape-controls.js'
import { findApp } from './find-app.js'
import { mayBeApp } from './load.js'
import { loadLimit, withinLoadLimit } from './load-limit.js'
import { locate } from './locate.js'
import { orTell, tell } from './tell.js'

/** How it is started. */
export interface StartOptions {
  readonly json: boolean
  /** The arguments of Node that start it again; those of this process by default. */
  readonly command?: readonly string[]
}

/**
 * Start the app of that name in the background, and wait until it runs. Only the daemon loads the app, so that whatever
 * that does the wait has an end.
 *
 * @returns Its exit code if it fails; null if it was a plain script, which by then runs.
 */
export function start(name: string, argv: readonly string[], options: StartOptions): Promise<number | null> {
  const isDaemon = process.env[CHILD] !== undefined
  const flags = [...argv, '--daemon.detach']
  return orTell(name, async () => {
    const { file } = locate(name)
    if (!isDaemon && !argv.includes('--help') && file !== null && mayBeApp(file)) return await call(flags, options)
    const find = (): Promise<App | null> => findApp(name, flags)
    const app = await (isDaemon ? find() : withinLoadLimit(name, flags, 'detached', find))
    if (app !== null) {
      const { runApp } = await import('../app/run-app.js')
      return await runApp(app, { argv: flags })
    }
    // A script that detaches has ended this process, or is the daemon itself and has seen that it is.
    if (process.env[CHILD] !== undefined || !isDaemon)
      process.stderr.write(`${name} is a plain script that has not called detach(): it isn't detached\n`)
    return null
  })
}

/** What starts it, and tells how that went. */
async function call(flags: readonly string[], { json, command = commandLine }: StartOptions): Promise<number> {
  const { code, pid, about } = await callDaemon(command, loadLimit(flags))
  if ((about ?? null) === null) return code // It has logged nothing, or is no app.
  const { app, log } = about as AboutDaemon
  const its = log === null ? '' : `its log is ${log}`
  if (code === 0) tell(`${app} runs: process ${pid}${its && `; ${its}`}`, { app, pid, log }, json)
  else if (its !== '') process.stderr.write(`${app}: ${escapeControls(its)}\n`)
  return code
}
