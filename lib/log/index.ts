/** The log: configured once, used everywhere. */
export { logBaseConfig } from './config.js'
export type { Level } from './levels.js'
export { adjust, close, configure, isOnStderr, logger, reopen, type Logger } from './log.js'
export type { LogSettings, SomeLogSettings } from './settings.js'
export { toText } from './text.js'
