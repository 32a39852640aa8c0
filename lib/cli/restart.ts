/** `deadbeat restart`: a daemon ends, and another one takes its place. */
import { EXIT } from '../app/exit-codes.js'
import { holderOf } from '../daemon/index.js'
import { lookAt } from './look-at.js'
import { start } from './start.js'
import { stopDaemon } from './stop.js'
import { orTell } from './tell.js'

/** How it is restarted. */
export interface RestartOptions {
  readonly timeoutMs: number
  readonly kill: boolean
  readonly json: boolean
}

/**
 * Stop the app of that name, if it runs, and start it again. A wrong configuration leaves the old one running.
 *
 * @returns Its exit code: of `stop` if that failed, else of `start`.
 */
export function restart(name: string, argv: readonly string[], options: RestartOptions): Promise<number | null> {
  const [, main = ''] = process.argv
  const command = [...process.execArgv, main, 'start', name, ...argv]
  return orTell(name, async () => {
    const { app, pidFile } = await lookAt(name, argv)
    const code = holderOf(pidFile) === null ? EXIT.ok : await stopDaemon({ name: app.name, pidFile, ...options })
    return code === EXIT.ok ? await start(name, argv, { json: options.json, command }) : code
  })
}
