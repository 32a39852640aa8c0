/** From the name of an app to what is known of its daemon, without running anything. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { App } from '../app/app.js'
import { pidFileOf } from '../app/become-daemon.js'
import { EXIT } from '../app/exit-codes.js'
import { look, type Prepared } from '../app/prepare.js'
import { findApp } from './find-app.js'
import { LoadError } from './load.js'
import { locate } from './locate.js'

/** An app with the settings that its daemon has, or would have. */
export interface LookedAt {
  readonly app: App
  readonly prepared: Prepared
  readonly pidFile: string
}

/**
 * Load the app of that name and gather its settings, as its daemon does.
 *
 * @throws {LoadError} If there is none, or it is a plain script: to load that would run it.
 * @throws {ConfigError} If a setting is wrong.
 */
export async function lookAt(name: string, argv: readonly string[]): Promise<LookedAt> {
  const flags = [...argv, '--daemon.detach']
  const app = await loadDaemonApp(name, flags)
  const prepared = look(app, { argv: flags })
  return { app, prepared, pidFile: pidFileOf(prepared) }
}

/**
 * Load the app of that name, whatever its settings are.
 *
 * @throws {LoadError} As `lookAt` does.
 */
export async function loadDaemonApp(name: string, argv: readonly string[]): Promise<App> {
  const { file } = locate(name)
  if (file !== null && !/\bapp\s*[(<]|deadbeat\/app/.test(readFileSync(file, 'utf8'))) throw isScript(file)
  const app = await findApp(name, argv)
  if (app === null) throw isScript(resolve(name))
  return app
}

function isScript(file: string): LoadError {
  return new LoadError(
    `${file} is a plain script, not made with app(): nothing is known of its daemon but its pid file. ` +
      'Give that with --pid-file, or send it signals yourself',
    EXIT.usage,
  )
}
