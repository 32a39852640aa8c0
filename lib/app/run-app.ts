/** Running an app: settings, log, daemon, train, and the exit code that tells how it went. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { join, resolve } from 'node:path'
import { ConfigError, codeOf, isError, toError } from '../errors/index.js'
import { escapeControls } from '../errors/escape-controls.js'
import { helpText } from '../conf/help.js'
import { describeSchema } from '../conf/schema.js'
import type { ServiceManager } from '../daemon/index.js'
import { CheckpointFile } from '../files/checkpoint-file.js'
import { close, configure, isOnStderr, logger, reopen } from '../log/log.js'
import { Escapement, Train, type TrainOptions } from '../movement/index.js'
import type { Settings } from '../settings/index.js'
import type { App, appBaseConfig, Host } from './app.js'
import { becomeDaemon, logFileOf, type BecomeDaemonOptions } from './become-daemon.js'
import { EXIT, exitCodeOf } from './exit-codes.js'
import { findSettings } from './find-settings.js'
import { runtimeDirectory } from './runtime-directory.js'
import { makeStateDirectory, stateDirectory } from './state-directory.js'

/** Where a train says that it runs. */
const RUNNING = 'deadbeat.train.running'

/** What an app is run with. */
export interface RunAppOptions extends BecomeDaemonOptions {
  /** Its flags: `--config FILE`, `--state-dir DIR`, `--runtime-dir DIR`, `--help`, and its settings. */
  readonly argv: readonly string[]
  /** The process's if there is none given. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** What could be made ready to run. */
export interface Prepared {
  readonly settings: Settings<typeof appBaseConfig>
  readonly host: Host
  /** What the operator should know of the settings. */
  readonly warnings: readonly string[]
  /** Whoever wants to know of a reload; null as long as the process hasn't become what its settings say. */
  readonly manager: ServiceManager | null
  /** Its state and its runtime directory. */
  readonly state: string
  readonly runtime: string
  /** Where its check-points are: of a run that follows its input, and of a batch. */
  readonly checkpoints: readonly [following: string, batch: string]
}

/** What is done with an app that was prepared: it makes the train, lets it be composed, and runs it. */
export type Driving = (make: {
  readonly esc: Escapement
  readonly options: TrainOptions
  /** Compose the app's train. What fails before this is over has not been started. */
  readonly build: (train: Train) => Promise<void>
}) => Promise<number>

/**
 * Run an app until its train has ended; with `daemon.detach`, until it runs as a daemon. What goes wrong is told on stderr or in the log; nothing is thrown.
 * SIGINT and SIGTERM stop it in order, a second one at once; SIGHUP and SIGUSR1 reopen the log and the files.
 *
 * @returns The exit code, by sysexits.h: 0 after an orderly end.
 */
export async function runApp(app: App, options: RunAppOptions): Promise<number> {
  if (options.argv.includes('--help')) {
    process.stdout.write(helpOf(app))
    return EXIT.ok
  }
  let prepared: Prepared
  try {
    prepared = prepare(app, options)
    const { sockets, manager } = await becomeDaemon(prepared, options)
    prepared = { ...prepared, host: { ...prepared.host, sockets }, manager }
  } catch (error) {
    return complain(app, error)
  }
  return await drive(app, prepared, async ({ esc, options, build }) => {
    const [following, batch] = prepared.checkpoints
    const checkpoints = (isBatch: boolean): CheckpointFile => {
      prepared.host.stateDirectory()
      return new CheckpointFile(isBatch ? batch : following, { sync: prepared.settings.train.checkpointSync })
    }
    const train = new Train(esc, { ...options, checkpoints })
    await build(train)
    await train.run()
    logger.info('stopped')
    return EXIT.ok
  })
}

function helpOf(app: App): string {
  const doc = app.doc === '' ? '' : `${app.doc}\n\n`
  return `${doc}Usage: ${app.name} [--config FILE] [--state-dir DIR] [--runtime-dir DIR] [--SETTING VALUE ...]\n\n${helpText(describeSchema(app.schema), process.stdout.columns)}`
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
export function look(app: App, { argv, env = process.env }: RunAppOptions): Prepared {
  const { settings, file, stateDir, runtimeDir, warnings } = findSettings(app, { argv, env })
  const state = resolve(stateDirectory(app.name, { flag: stateDir, env }))
  const host: Host = {
    name: app.name,
    log: logger,
    configFile: file === null ? null : resolve(file),
    sockets: [],
    // Named now: as another user it would be another.
    stateDirectory: () => makeStateDirectory(app.name, { flag: state }),
  }
  return {
    settings: { ...settings, log: { ...settings.log, file: logFileOf(settings, state, app.name) } },
    host,
    warnings,
    manager: null,
    state,
    runtime: runtimeDirectory(app.name, { flag: runtimeDir, env }),
    checkpoints: [join(state, `${app.name}.checkpoint`), join(state, `${app.name}.batch.checkpoint`)],
  }
}

/** Tell on stderr why an app was not run. Answers the exit code. */
export function complain(app: App, error: unknown): number {
  process.stderr.write(textOfFaults(app.name, error instanceof ConfigError ? error.faults : [toError(error).message]))
  return exitCodeOf(error)
}

/** What is wrong with an app or its configuration, as stderr shows it: a line each. */
export function textOfFaults(name: string, faults: readonly string[]): string {
  const [first = '', ...others] = faults.map(escapeControls)
  return [`${name}: ${first}`, ...others.map((fault) => `  ${fault}`)].map((line) => `${line}\n`).join('')
}

/** Let an app's train be run, with its log and its signals; what it throws is told there. Answers the exit code. */
export async function drive(app: App, { settings, host, manager }: Prepared, driving: Driving): Promise<number> {
  const { name, configFile } = host
  logger.info({ app: name, pid: process.pid, config: configFile }, `configuration: ${configFile ?? 'none'}`)
  const esc = Escapement.instance
  const bindings = (['SIGHUP', 'SIGUSR1'] as const).map((signal) => {
    const reopenAll = (): void => {
      if (signal === 'SIGHUP') manager?.reloading()
      reopen()
      // The train's own files are reopened by what follows.
      if (signal === 'SIGHUP') esc.enqueue(() => manager?.ready())
    }
    return [signal, esc.signalRegister(signal, reopenAll)] as const
  })
  const announce = (): void => logger.info('running')
  subscribe(RUNNING, announce)
  let isBuilt = false as boolean // What sets it the compiler doesn't see.
  const build = async (train: Train): Promise<void> => {
    await app.build(train, settings as never, host)
    isBuilt = true
  }
  try {
    return await driving({ esc, options: { ...settings.train, name, log: logger }, build })
  } catch (thrown) {
    const error = toError(thrown)
    const message = `${isBuilt ? 'stopped' : 'not started'}: ${reasonOf(error)}`
    const code = !isBuilt && isOutOfRange(error) ? EXIT.config : exitCodeOf(error)
    // What the world did is said in the message; a stack is for those who look for a bug.
    logger.fatal(code === EXIT.software ? { err: error } : { code: codeOf(error) }, message)
    if (!isOnStderr()) process.stderr.write(`${name}: ${escapeControls(message)}\n`)
    return code
  } finally {
    unsubscribe(RUNNING, announce)
    for (const [signal, binding] of bindings) esc.signalUnregister(signal, binding)
    await close()
  }
}

function reasonOf(error: Error): string {
  return codeOf(error) === 'EPIPE' ? 'the reader of its output has gone' : error.message
}

/** While a train is built, a value that a cog refuses is one that the operator set. */
function isOutOfRange(error: unknown): boolean {
  return isError(error) && error.name === 'RangeError'
}
