/** `deadbeat run`: an app in the foreground, unless its settings say otherwise. */
import { commandLine } from '../daemon/command-line.js'
import { findApp } from './find-app.js'
import { LoadError } from './load.js'

/**
 * Run the app of that name.
 *
 * @returns Its exit code; null if it was a plain script, which ends by itself.
 */
export async function run(name: string, argv: readonly string[]): Promise<number | null> {
  // A job; see PERMIT_VARIABLE. Loaded only there.
  if (process.env['DEADBEAT_PERMIT_FD'] !== undefined)
    await (await import('../process/permit.js')).obeyPermits(process.env)
  try {
    const app = await findApp(name, argv)
    if (app === null) return null
    const { runApp } = await import('../app/run-app.js')
    return await runApp(app, { argv, command: commandLine })
  } catch (error) {
    if (!(error instanceof LoadError)) throw error
    process.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
}
