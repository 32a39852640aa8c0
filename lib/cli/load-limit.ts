/** How long a command waits for an app's file to be loaded. */
import { readDuration } from '../conf/index.js'
import { daemonBaseConfig } from '../daemon/index.js'

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
