/** The settings of the log, with what isn't set. */
import type { Settings } from '../settings/index.js'
import { logBaseConfig } from './config.js'

/** All of them. */
export type LogSettings = Settings<typeof logBaseConfig>

/** Those that are given; of the groups, too. */
export type SomeLogSettings = { readonly [K in keyof LogSettings]?: LogSettings[K] | Partial<LogSettings[K]> }

/**
 * What was given, and the defaults of the rest.
 *
 * @example
 * assert.equal(withDefaults({ level: 'debug', rate: { linesMax: 5 } }).rate.windowMs, 10_000)
 */
export function withDefaults(given: SomeLogSettings): LogSettings {
  return complete(logBaseConfig, given) as LogSettings
}

function complete(insert: object, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(insert).map(([key, entry]: [string, object]) => {
      const value = given[key]
      if ('doc' in entry) return [key, value === undefined && 'default' in entry ? entry.default : value]
      return [key, complete(entry, (value ?? {}) as Record<string, unknown>)]
    }),
  )
}
