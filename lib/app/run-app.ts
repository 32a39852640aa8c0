/** Running an app: settings, log, daemon, train, and the exit code that tells how it went. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { codeOf, isError, toError } from '../errors/index.js'
import { helpText } from '../conf/help.js'
import { describeSchema } from '../conf/schema.js'
import { close, isOnStderr, logger, reopen } from '../log/log.js'
import { Escapement, type Train } from '../movement/index.js'
import { endStarting } from '../process/starting.js'
import type { App } from './app.js'
import { becomeDaemon } from './become-daemon.js'
import { complaintOf, textOfFaults } from './complaint.js'
import { EXIT, exitCodeOf } from './exit-codes.js'
import { prepare, type Making, type Prepared, type RunAppOptions } from './prepare.js'
import { serveApp } from './serve-app.js'

/** Where a train says that it runs. */
const RUNNING = 'deadbeat.train.running'

/** What is done with an app that was prepared: it makes the train, lets it be composed, and runs it. */
export type Driving = (making: Making) => Promise<number>

/**
 * Run an app until its train has ended; with `daemon.detach`, until it runs as a daemon. What goes wrong is told on stderr
 * or in the log; nothing is thrown. SIGINT and SIGTERM stop it in order, a second one at once; SIGHUP reloads its
 * configuration; SIGHUP and SIGUSR1 reopen the log and the files.
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
  return await drive(app, prepared, async (making) => {
    await serveApp(app, prepared, options, making)
    logger.info('stopped')
    return EXIT.ok
  })
}

function helpOf(app: App): string {
  const doc = app.doc === '' ? '' : `${app.doc}\n\n`
  return `${doc}Usage: ${app.name} [--config FILE] [--state-dir DIR] [--runtime-dir DIR] [--SETTING VALUE ...]\n\n${helpText(describeSchema(app.schema), process.stdout.columns)}`
}

/** Tell on stderr why an app was not run. Answers the exit code. */
export function complain(app: App, error: unknown): number {
  process.stderr.write(complaintOf(app.name, error))
  return exitCodeOf(error)
}

/** Let an app's train be run, with its log and its signals; what it throws is told there. Answers the exit code. */
export async function drive(app: App, { settings, host }: Prepared, driving: Driving): Promise<number> {
  const { name, configFile } = host
  logger.info({ app: name, pid: process.pid, config: configFile }, `configuration: ${configFile ?? 'none'}`)
  const esc = Escapement.instance
  const bindings = ['SIGHUP', 'SIGUSR1'].map((signal) => [signal, esc.signalRegister(signal, reopen)] as const)
  const announce = (): void => logger.info('running')
  subscribe(RUNNING, announce)
  let isBuilt = false as boolean // What sets it the compiler doesn't see.
  const build = async (train: Train, made = settings): Promise<void> => {
    endStarting() // From here on code is the app's, and stays.
    await app.build(train, made as never, host)
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
    if (!isOnStderr())
      process.stderr.write(textOfFaults(name, [message, ...(code === EXIT.software ? framesOf(error) : [])]))
    return code
  } finally {
    unsubscribe(RUNNING, announce)
    for (const [signal, binding] of bindings) esc.signalUnregister(signal, binding)
    await close()
  }
}

function framesOf({ stack = '' }: Error): readonly string[] {
  return stack.split(/\n\s*/).filter((line) => line.startsWith('at '))
}

function reasonOf(error: Error): string {
  return codeOf(error) === 'EPIPE' ? 'the reader of its output has gone' : error.message
}

/** While a train is built, a value that a cog refuses is one that the operator set. */
function isOutOfRange(error: unknown): boolean {
  return isError(error) && error.name === 'RangeError'
}
