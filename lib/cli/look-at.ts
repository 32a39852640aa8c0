/** From the name of an app to what is known of its daemon, without running anything. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { App } from '../app/app.js'
import { pidFileOf } from '../app/become-daemon.js'
import { EXIT } from '../app/exit-codes.js'
import { look, type Prepared } from '../app/prepare.js'
import { runtimeDirectory } from '../files/runtime-directory.js'
import { stateDirectory } from '../files/state-directory.js'
import { requiringNothing } from '../conf/schema.js'
import { takeFlag } from '../conf/take-flag.js'
import { ConfigError } from '../errors/index.js'
import { findApp } from './find-app.js'
import { withinLoadLimit } from './load-limit.js'
import { LoadError, loadApp, mayBeApp } from './load.js'
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

/** What a command needs that finds a daemon whose settings may be others by now. */
export interface Places {
  /** The app's own name. */
  readonly name: string
  readonly pidFile: string
  /** Null if its log goes to no file. */
  readonly logFile: string | null
}

/**
 * The settings of an app as they are known here: what has to be set, and isn't, is null.
 *
 * @throws {ConfigError} If a setting is wrong.
 */
export function lookLoosely(app: App, argv: readonly string[]): Prepared {
  return look({ ...app, schema: requiringNothing(app.schema) }, { argv })
}

/**
 * Where a daemon's files are: where its settings say. A daemon that runs must be found while its configuration is wrong,
 * not all flags of its start are given, or its app isn't in this folder: then they are where they usually are.
 *
 * @param isThere Whether somebody, or something, is at these usual places; if not, the failure is told.
 * @throws {LoadError} As `lookAt` does.
 * @throws {ConfigError} If a setting is wrong.
 */
export async function placesOf(
  name: string,
  argv: readonly string[],
  isThere: (places: Places) => boolean,
): Promise<Places> {
  try {
    const flags = [...argv, '--daemon.detach']
    const app = await loadDaemonApp(name, flags)
    const prepared = lookLoosely(app, flags)
    return { name: app.name, pidFile: pidFileOf(prepared), logFile: prepared.settings.log.file }
  } catch (error) {
    const isUnknown = locate(name).file === null
    if (!isUnknown && !(error instanceof ConfigError)) throw error
    const places = usualPlacesOf(isUnknown ? name : (await loadDaemonApp(name, argv)).name, argv)
    if (isThere(places)) return places
    throw error
  }
}

/** Where the files of an app of that name are, as long as its settings don't say otherwise. */
export function usualPlacesOf(name: string, argv: readonly string[]): Places {
  const runtime = runtimeDirectory(name, { flag: takeFlag(argv, '--runtime-dir').value })
  const state = stateDirectory(name, { flag: takeFlag(argv, '--state-dir').value })
  return { name, pidFile: join(runtime, `${name}.pid`), logFile: join(state, `${name}.log`) }
}

/**
 * Load the app of that name, whatever its settings are.
 *
 * @throws {LoadError} As `lookAt` does.
 */
export async function loadDaemonApp(name: string, argv: readonly string[]): Promise<App> {
  const { file } = locate(name)
  if (file !== null && !(mayBeApp(file) && /\bapp\s*[(<]|deadbeat\/app/.test(readFileSync(file, 'utf8'))))
    throw isScript(file)
  // A file that works only where it is what Node was started with is not: it is looked at.
  const load = (): Promise<App | null> => (file === null ? findApp(name, argv) : loadApp(file))
  const app = await withinLoadLimit(name, argv, 'loaded', load)
  if (app === null) throw isScript(file ?? resolve(name))
  return app
}

function isScript(file: string): LoadError {
  return new LoadError(
    `${file} is a plain script, not made with app(): nothing is known of its daemon but its pid file. ` +
      'Give that with --pid-file, or send it signals yourself',
    EXIT.usage,
  )
}
