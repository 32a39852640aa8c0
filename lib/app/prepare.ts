/** Making an app ready to run: its settings, its log, and where it keeps what it needs. */
import { resolve } from 'node:path'
import { takeFlag } from '../conf/take-flag.js'
import type { ServiceManager } from '../daemon/index.js'
import { configure, logger } from '../log/log.js'
import type { Escapement, Train, TrainOptions } from '../movement/index.js'
import type { Settings } from '../settings/index.js'
import type { App, appBaseConfig, Host } from './app.js'
import { Place } from './checkpoints/place.js'
import { logFileOf, type BecomeDaemonOptions, type Start } from './become-daemon.js'
import { findSettings } from './find-settings.js'
import { runtimeDirectory } from '../files/runtime-directory.js'
import { makeStateDirectory, stateDirectory } from '../files/state-directory.js'

/** What an app is run with. */
export interface RunAppOptions extends BecomeDaemonOptions {
  /** Its flags: `--config FILE`, `--state-dir DIR`, `--runtime-dir DIR`, `--help`, and its settings. */
  readonly argv: readonly string[]
  /** The process's if there is none given. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** What could be made ready to run. */
export interface Prepared extends Start {
  readonly settings: Settings<typeof appBaseConfig>
  readonly host: Host
  /** What the operator should know of the settings. */
  readonly warnings: readonly string[]
  /** Whoever wants to know of a reload; null as long as the process hasn't become what its settings say. */
  readonly manager: ServiceManager | null
  /** Its runtime directory. */
  readonly runtime: string
}

/** What is needed to make an app's train. */
export interface Making {
  readonly esc: Escapement
  readonly options: TrainOptions
  /** Compose the app's train, with its settings or others. What fails before this is over has not been started. */
  readonly build: (train: Train, settings?: Prepared['settings']) => Promise<void>
}

/**
 * Gather an app's settings and begin its log.
 *
 * @throws {ConfigError} If a setting is wrong.
 * @throws {DeadbeatError} If the log can't be opened.
 */
export function prepare(app: App, options: RunAppOptions): Prepared {
  const prepared = look(app, options)
  const { settings, host } = prepared
  if (settings.daemon.detach) host.stateDirectory() // Its log may be there.
  configure(settings.log, { name: app.name })
  for (const warning of prepared.warnings) logger.warn(warning)
  return prepared
}

/**
 * Gather an app's settings, and change nothing.
 *
 * @throws {ConfigError} If a setting is wrong.
 */
export function look(app: App, options: RunAppOptions): Prepared {
  return lookFrom(app, options, null)
}

/**
 * The settings of an app that runs, gathered again from the same file. Its log is where it was, unless that was changed:
 * the process may have another user and another directory by now.
 *
 * @throws {ConfigError} If a setting is wrong.
 */
export function lookAgain(app: App, options: RunAppOptions, before: Prepared): Prepared['settings'] {
  const { configFile } = before.host
  const { rest } = takeFlag(options.argv, '--config')
  const argv = configFile === null ? rest : ['--config', configFile, ...rest]
  return lookFrom(app, { ...options, argv }, before).settings
}

/** Where the check-points of a prepared app are. */
export function placeOf({ host, settings, state }: Prepared): Place {
  const { name, log } = host
  const { checkpoints, kv } = settings
  return new Place({ name, log, checkpoints, kv, state, prepare: () => host.stateDirectory() })
}

function lookFrom(app: App, { argv, env = process.env }: RunAppOptions, started: Start | null): Prepared {
  const { settings, file, stateDir, runtimeDir, warnings } = findSettings(app, { argv, env })
  // Each part of a train that is cut has a state of its own.
  const name = [app.name, ...settings.cut.parts.map((part) => part.replace(':', '-'))].join('-')
  const { directory, state } = started ?? {
    directory: process.cwd(),
    state: resolve(stateDirectory(name, { flag: stateDir, env })),
  }
  const host: Host = {
    name: app.name,
    log: logger,
    configFile: file === null ? null : resolve(file),
    sockets: [],
    // Named now: as another user it would be another.
    stateDirectory: () => makeStateDirectory(app.name, { flag: state }),
  }
  return {
    settings: { ...settings, log: { ...settings.log, file: logFileOf(settings, { directory, state }, app.name) } },
    host,
    warnings,
    manager: null,
    directory,
    state,
    runtime: runtimeDirectory(name, { flag: runtimeDir, env }),
  }
}
