/** How this process is started again. */

/**
 * The arguments of Node that started this process, as they were when this module was loaded: whoever runs a script in
 * its own process changes `process.argv`.
 *
 * @example
 * assert.equal(commandLine.length, process.execArgv.length + process.argv.length - 1)
 */
export const commandLine: readonly string[] = [...process.execArgv, ...process.argv.slice(1)]

/** The variable that says to a process that it is the daemon, and not its caller; until it has seen it. */
export const CHILD = 'DEADBEAT_DETACHED'
