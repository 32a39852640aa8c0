/** Cron patterns: when the next time comes, in a time zone (croner's patterns, with seconds and years where wanted). */
import { createRequire } from 'node:module'
import type { Cron } from 'croner'
import { describeValue } from '../../errors/index.js'

/** A pattern that was read. */
export type CronPattern = Cron

// Asked of croner at the first pattern: loading it takes longer than all timers together.
/**
 * Read a pattern.
 *
 * @param timeZone is where its hours are meant; the system's if it isn't given.
 * @throws {RangeError} If croner can't read it.
 */
export function readCron(pattern: string, timeZone?: string): CronPattern {
  const croner = createRequire(import.meta.url)('croner') as typeof import('croner')
  try {
    return new croner.Cron(pattern, { paused: true, ...(timeZone === undefined ? {} : { timezone: timeZone }) })
  } catch (error) {
    throw new RangeError(
      `cron pattern must be five to seven fields that croner can read: it is ${describeValue(pattern)}`,
      { cause: error },
    )
  }
}

/** The years that patterns have: from 1 to 9999. */
const [FIRST_MS, END_MS] = [Date.parse('0001-01-01T00:00:00Z'), Date.UTC(9999, 11, 31)]

/**
 * The first time after a time that a pattern names, in ms since the Unix epoch; null: there is none.
 *
 * @example
 * const noon = readCron('0 12 * * *', 'UTC')
 * assert.equal(nextCronMs(noon, Date.parse('2027-01-01T12:00:00Z')), Date.parse('2027-01-02T12:00:00Z'))
 */
export function nextCronMs(pattern: CronPattern, afterMs: number): number | null {
  if (!(afterMs < END_MS)) return null
  return pattern.nextRun(new Date(Math.max(afterMs, FIRST_MS)))?.getTime() ?? null
}
