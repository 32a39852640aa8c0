/** `deadbeat restart`: a daemon ends, and another one takes its place. */
import { checkApp } from '../app/check-app.js'
import { textOfFaults } from '../app/complaint.js'
import { EXIT } from '../app/exit-codes.js'
import { holderOf } from '../daemon/index.js'
import { adjust } from '../log/log.js'
import { failureOf } from './check-failure.js'
import { withinLoadLimit } from './load-limit.js'
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
 * Stop the app of that name, if it runs, and start it again. One that can't be loaded or built, or whose configuration is
 * wrong, leaves the old one running.
 *
 * @returns Its exit code: of `check` if that failed, of `stop` if that did, else of `start`.
 */
export function restart(name: string, argv: readonly string[], options: RestartOptions): Promise<number | null> {
  const [, main = ''] = process.argv
  const command = [...process.execArgv, main, 'start', name, ...argv]
  return orTell(name, async () => {
    const { app, pidFile } = await lookAt(name, argv)
    const holder = holderOf(pidFile)
    if (holder !== null) {
      adjust({ level: 'warn' }) // What it logs while it is built, its daemon will log.
      try {
        await withinLoadLimit(name, argv, 'built', () => checkApp(app, { argv }))
      } catch (error) {
        const { code, faults } = failureOf(error)
        process.stderr.write(textOfFaults(app.name, [...faults, `the old one goes on: process ${holder.pid}`]))
        return code
      }
      const code = await stopDaemon({ name: app.name, pidFile, ...options })
      if (code !== EXIT.ok) return code
    }
    return await start(name, argv, { json: options.json, command })
  })
}
