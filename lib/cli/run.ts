/** `deadbeat run`: an app in the foreground. */
import { EXIT } from '../app/exit-codes.js'
import { LoadError, loadApp } from './load.js'
import { locate, neighbours } from './locate.js'

/**
 * Run the app of that name.
 *
 * @returns Its exit code; null if it was a plain script, which ends by itself.
 */
export async function run(name: string, argv: readonly string[]): Promise<number | null> {
  const { file, tried } = locate(name)
  if (file === null) {
    const { suggest } = await import('../conf/suggest.js')
    const meant = suggest(name, neighbours(name))
    const missing = `there is no app ${name}${meant === null ? '; looked' : `: did you mean ${meant}? Looked`} for:`
    process.stderr.write(`${missing}\n${tried.map((one) => `  ${one}\n`).join('')}`)
    return EXIT.noinput
  }
  process.argv = [process.execPath, file, ...argv] // A plain script reads its flags here.
  try {
    const app = await loadApp(file)
    if (app === null) return null
    const { runApp } = await import('../app/run-app.js')
    return await runApp(app, { argv })
  } catch (error) {
    if (!(error instanceof LoadError)) throw error
    process.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
}
