/** app(): what a train is made of and what may be set about it, so that it can be run, checked and inspected. */
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { checkpointsBaseConfig, kvBaseConfig } from './checkpoints/base-config.js'
import { controlBaseConfig, metricsBaseConfig } from '../control/base-config.js'
import { itemsBaseConfig } from '../items/daemon/base-config.js'
import { persistBaseConfig } from '../items/persist/base-config.js'
import { daemonBaseConfig } from '../daemon/base-config.js'
import { logBaseConfig } from '../log/config.js'
import { cutBaseConfig } from '../stream/cut-config.js'
import { trainBaseConfig } from '../movement/train/train-config.js'
import type { Logger } from '../movement/logger.js'
import type { Train } from '../movement/train/train.js'
import type { GivenSocket } from '../daemon/index.js'
import type { Insert, Settings } from '../settings/index.js'

/** The inserts that every app has besides its own. */
export const appBaseConfig = {
  checkpoints: checkpointsBaseConfig,
  control: controlBaseConfig,
  cut: cutBaseConfig,
  daemon: daemonBaseConfig,
  items: itemsBaseConfig,
  kv: kvBaseConfig,
  log: logBaseConfig,
  metrics: metricsBaseConfig,
  persist: persistBaseConfig,
  train: trainBaseConfig,
}

/** The settings of an app: those of its own inserts, and `daemon`, `log` and `train`. */
export type AppSettings<C extends Insert> = Settings<C> & Settings<typeof appBaseConfig>

/** What an app may ask of where it runs. */
export interface Host {
  readonly name: string
  readonly log: Logger
  /** The configuration file that was read; null if there was none. */
  readonly configFile: string | null
  /** Sockets that a service manager opened for it, with their names. */
  readonly sockets: readonly GivenSocket[]
  /** The app's state directory, made with mode 0700 if it isn't there. */
  stateDirectory(): string
}

/** What `app` takes. */
export interface AppDefinition<C extends Insert> {
  /** Lower case, digits and `-`: its configuration and its state are found by it. */
  readonly name: string
  /** One sentence for `--help`. */
  readonly doc?: string
  /** Its inserts by section. */
  readonly config?: C
  /** Compose the train. It opens nothing: a train that is only looked at is built too. */
  build(train: Train, settings: AppSettings<C>, host: Host): void | Promise<void>
}

// Both are shared by every copy of this package in a process.
const BRAND = Symbol.for('deadbeat.app')
const LOADER = Symbol.for('deadbeat.loader')

/** Who loads app files in order to run or inspect them himself; while there is one, no app runs by itself. */
export interface Loader {
  /** Every app that was defined since. */
  readonly apps: App[]
}

/** An app, ready to be run or looked at. */
export interface App {
  readonly name: string
  readonly doc: string
  /** All of its inserts, `daemon`, `log` and `train` among them. */
  readonly schema: Insert
  /** The file that defines it; null if it has none. */
  readonly file: string | null
  readonly build: (train: Train, settings: never, host: Host) => void | Promise<void>
}

/**
 * Define an app. If its file is the program (`node apps/resolve.js`), it runs by itself, as soon as that file has
 * been evaluated; imported, it only describes itself.
 *
 * @throws {TypeError} If its name is impossible or one of its sections is called `daemon`, `log` or `train`.
 * @example
 * const hello = app({ name: 'hello', config: {}, build(train) { train.line(new IntervalSupply(train, {})) } })
 * assert.deepEqual([hello.name, Object.keys(hello.schema)], ['hello', ['checkpoints', 'control', 'cut', 'daemon', 'items', 'kv', 'log', 'metrics', 'persist', 'train']])
 */
export function app<const C extends Insert>(definition: AppDefinition<C>): App {
  const { name, doc = '', config = {} } = definition
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new TypeError(`an app's name must be lower-case letters, digits and -: it is ${JSON.stringify(name)}`)
  }
  for (const section of Object.keys(appBaseConfig)) {
    if (Object.hasOwn(config, section)) throw new TypeError(`${name} has a section ${section}: that is every app's own`)
  }
  const made: App & { readonly [BRAND]: true } = {
    [BRAND]: true,
    name,
    doc,
    schema: { ...config, ...appBaseConfig },
    file: callerOf(app),
    build: (train, settings, host) => definition.build(train, settings, host),
  }
  const loader = currentLoader()
  if (loader !== null) loader.apps.push(made)
  else if (isProgram(made.file)) setImmediate(() => void runAsProgram(made))
  return made
}

/** Whether a value was made by `app`, also by another copy of this package. */
export function isApp(value: unknown): value is App {
  return typeof value === 'object' && value !== null && BRAND in value
}

/** Become the one who loads app files in this process. */
export function becomeLoader(): Loader {
  const loader = currentLoader() ?? { apps: [] }
  ;(globalThis as { [LOADER]?: Loader })[LOADER] = loader
  return loader
}

function currentLoader(): Loader | null {
  return (globalThis as { [LOADER]?: Loader })[LOADER] ?? null
}

async function runAsProgram(made: App): Promise<void> {
  const [{ runApp }, { exitFlushed }] = await Promise.all([
    import('./run-app.js'),
    import('../process/exit-flushed.js'),
  ])
  await exitFlushed(await runApp(made, { argv: process.argv.slice(2) }))
}

/** The file from which `callee` was called, by the stack: what an app need not say. */
function callerOf(callee: (...args: never[]) => unknown): string | null {
  const { stackTraceLimit } = Error
  const prepareStackTrace: unknown = Reflect.get(Error, 'prepareStackTrace')
  try {
    Error.stackTraceLimit = 1
    Error.prepareStackTrace = (_, sites) => sites
    const holder: { stack?: unknown } = {}
    Error.captureStackTrace(holder, callee)
    const [site] = holder.stack as NodeJS.CallSite[]
    const file = site?.getFileName() ?? null
    return file?.startsWith('file:') === true ? fileURLToPath(file) : file
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit })
  }
}

function isProgram(file: string | null): boolean {
  const [, program] = process.argv
  if (file === null || program === undefined || !isMainThread) return false
  return ['', '.js', '.mjs', '.ts', '.mts'].some((ending) => isSameFile(program + ending, file))
}

function isSameFile(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other)
  } catch {
    return false // A file that isn't there is not the same.
  }
}
