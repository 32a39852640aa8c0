/** The log: configured once, used everywhere. */
export { logBaseConfig } from './config.js'
export { close, configure, logger, reopen, type Logger } from './log.js'
export { toText } from './text.js'
