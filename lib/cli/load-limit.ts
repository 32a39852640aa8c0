/** How long a command waits for an app's own code. */
import { EXIT } from '../app/exit-codes.js'
import { readDuration } from '../conf/index.js'
import { clearDeadline, setDeadline } from '../daemon/deadline.js'
import { daemonBaseConfig } from '../daemon/index.js'
import { escapeControls } from '../errors/escape-controls.js'

const VARIABLE = 'DEADBEAT_DAEMON_READY_TIMEOUT_MS'
const FLAG = /^--daemon\.(?:ready-timeout-ms|readyTimeoutMs)(?:=(.*))?$/s

/**
 * The time, in milliseconds, in which a daemon has to be ready, as far as it is known before its app is: the flag's, the
 * environment's, else the default. A value that is none is a fault of the configuration, which is told once it is known
 * whole.
 *
 * @example
 * assert.equal(loadLimit(['--daemon.ready-timeout-ms', '5s'], {}), 5000)
 * assert.equal(loadLimit([], {}), 30_000)
 */
export function loadLimit(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): number {
  const at = argv.findLastIndex((arg) => FLAG.test(arg))
  const flag = at === -1 ? undefined : (FLAG.exec(argv[at] ?? '')?.[1] ?? argv[at + 1])
  const { default: usual, min, max } = daemonBaseConfig.readyTimeoutMs
  for (const text of [flag, env[VARIABLE], usual]) {
    const limit = text === undefined ? undefined : readDuration(text)
    if (limit !== undefined && limit >= min && limit <= max) return limit
  }
  throw new Error(`the default of readyTimeoutMs must be a duration: it is ${usual}`)
}

/**
 * Let an app's code do something for a command that only looks at it. If it hasn't within `loadLimit`, this process says so and
 * ends with 75: nothing else would end an endless loop.
 *
 * @param name The app, as it was called.
 * @param argv Its flags.
 * @param what What is to be done with it.
 */
export async function withinLoadLimit<T>(
  name: string,
  argv: readonly string[],
  what: 'loaded' | 'built' | 'detached',
  act: () => Promise<T>,
): Promise<T> {
  const limitMs = loadLimit(argv)
  const late = `${escapeControls(name)} was not ${what} within readyTimeoutMs (${limitMs} ms)`
  setDeadline(limitMs, `${late}: --daemon.ready-timeout-ms gives it longer`, EXIT.tempfail)
  try {
    return await act()
  } finally {
    clearDeadline()
  }
}
