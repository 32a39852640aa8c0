/** How bad a line is that an app has written to stderr: its log is one of pino, in JSON. */
import { isObject } from '../is-object.js'
import type { JobLogLevel } from './job-run.js'

const LEVELS: Readonly<Record<string, JobLogLevel>> = {
  ...{ trace: 'trace', debug: 'debug', info: 'info', warn: 'warn', error: 'error', fatal: 'fatal' },
  ...{ 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' },
}

/**
 * The level that a line of pino names, as ours or as a number; `warn` for everything else.
 *
 * @example
 * assert.deepEqual(['{"level":"error","msg":"no"}', '{"level":30}', 'oops'].map(levelOfLine), ['error', 'info', 'warn'])
 */
export function levelOfLine(line: string): JobLogLevel {
  if (!line.startsWith('{')) return 'warn'
  let said: unknown
  try {
    said = JSON.parse(line)
  } catch {
    return 'warn' // Somebody else's line, or one that was cut.
  }
  const level = isObject(said) ? said['level'] : null
  if (typeof level !== 'string' && typeof level !== 'number') return 'warn'
  return Object.hasOwn(LEVELS, level) ? (LEVELS[level] as JobLogLevel) : 'warn'
}
