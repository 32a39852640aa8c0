/** `_log`: the log of running code. Each line goes to the log of its attempt. */
import { inspect } from 'node:util'
import type { JobLogLevel } from '../job-run.js'

/** A log: one method a level, which takes a text, or fields and a text. */
export type JobLogger = Readonly<Record<JobLogLevel, (first: unknown, text?: string) => void>>

/**
 * A log whose lines go to `write`.
 *
 * @example
 * const lines = []
 * jobLogger((level, text) => lines.push(`${level} ${text}`)).warn({ pump: 3 }, 'is slow')
 * assert.deepEqual(lines, ['warn is slow { pump: 3 }'])
 */
export function jobLogger(write: (level: JobLogLevel, text: string) => void): JobLogger {
  const at =
    (level: JobLogLevel) =>
    (first: unknown, text?: string): void => {
      const shown = typeof first === 'string' ? first : inspect(first, { breakLength: Infinity })
      for (const line of (text === undefined ? shown : `${text} ${shown}`).split('\n')) write(level, line)
    }
  return {
    ...{ trace: at('trace'), debug: at('debug'), info: at('info') },
    ...{ warn: at('warn'), error: at('error'), fatal: at('fatal') },
  }
}
