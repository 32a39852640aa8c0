/** From the name of an app to the app. */
import type { App } from '../app/app.js'
import { EXIT } from '../app/exit-codes.js'
import { LoadError, loadApp } from './load.js'
import { locate, neighbours } from './locate.js'

/**
 * Find the app of that name and load it; null if it is a plain script, which by then runs with these arguments.
 *
 * @throws {LoadError} If there is none, or it can't be loaded.
 */
export async function findApp(name: string, argv: readonly string[]): Promise<App | null> {
  const { file, tried } = locate(name)
  if (file === null) {
    const { suggest } = await import('../conf/suggest.js')
    const meant = suggest(name, neighbours(name))
    const missing = `there is no app ${name}${meant === null ? '; looked' : `: did you mean ${meant}? Looked`} for:`
    throw new LoadError([missing, ...tried].join('\n  '), EXIT.noinput)
  }
  process.argv = [process.execPath, file, ...argv] // A plain script reads its flags here.
  return await loadApp(file)
}
