/** The process's log: pino, written at once, so that what was logged is there even after a kill. */
import { createRequire } from 'node:module'
import { isatty } from 'node:tty'
import type { Logger as PinoLogger } from 'pino'
import type { Settings } from '../settings/index.js'
import { DeadbeatError, codeOf } from '../errors/index.js'
import type { logBaseConfig } from './config.js'
import { toText } from './text.js'

// Not by import: Node would parse the text of it once more, for the names of its exports.
const { pino } = createRequire(import.meta.url)('pino') as typeof import('pino')

/** A log of `lib/log`: of the shape that the movement asks for, and more. */
export type Logger = PinoLogger

type Destination = ReturnType<typeof pino.destination>

/** Lines that wait while the destination fails; what comes beyond is counted, and the count is logged. */
const WAITING_BYTES_MAX = 1_048_576
const STDERR = 2

let destination: Destination | null = null
let isFile = false
let asText = false
let lostLines = 0

/**
 * The root of the log. Before `configure` it writes to stderr from level info on; a child keeps the level that its
 * parent had when it was made.
 */
export const logger: Logger = pino(
  {
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  },
  { write },
)

/**
 * Set level, destination and form of the log.
 *
 * @throws {DeadbeatError} With code ERR_LOG_FILE if the file cannot be opened; then everything stays as it was.
 */
export function configure(settings: Settings<typeof logBaseConfig>): void {
  const fresh = open(settings.file)
  close()
  destination = fresh
  isFile = settings.file !== null
  asText = settings.format === 'text' || (settings.format === 'auto' && settings.file === null && isatty(STDERR))
  logger.level = settings.level
}

/** Open the log's file anew by its name, after it was renamed. Nothing happens if the log goes to stderr. */
export function reopen(): void {
  if (isFile) destination?.reopen()
}

/** Write what waits and let go of the file; the next line goes to stderr. */
export function close(): void {
  const old = isFile ? destination : null
  destination = null
  isFile = false
  if (old === null) return
  old.write('') // One more try for what waits. Its flushSync would try for ever on a full disk.
  old.destroy()
}

function open(file: string | null): Destination {
  let fresh: Destination
  try {
    const options = { dest: file ?? STDERR, sync: true, mode: 0o640, maxLength: WAITING_BYTES_MAX }
    fresh = pino.destination(options)
  } catch (cause) {
    throw new DeadbeatError('ERR_LOG_FILE', `the log ${String(file)} cannot be opened: ${codeOf(cause)}`, { cause })
  }
  let wasTold = false
  fresh.on('error', (error) => {
    if (wasTold || file === null) return // Where stderr itself fails there is nobody left to tell.
    wasTold = true
    process.stderr.write(`the log ${file} cannot be written: ${codeOf(error)}\n`)
  })
  fresh.on('drop', () => {
    lostLines++
  })
  return fresh
}

function write(line: string): void {
  destination ??= open(null)
  destination.write(asText ? toText(line) : line)
  if (lostLines > 0 && destination.write('')) {
    const lines = lostLines
    lostLines = 0
    logger.warn({ lines }, 'log lines were lost while the log could not be written')
  }
}
