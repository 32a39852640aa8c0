/** What the movement asks of a logger, and two loggers that need no library. */
import { describeValue, isError } from '../errors/index.js'
import { escapeControls } from '../errors/escape-controls.js'

/** A log: one method a level, structured fields first. The loggers of `lib/log` are of this shape, and so is pino's. */
export interface Logger {
  trace: LogMethod
  debug: LogMethod
  info: LogMethod
  warn: LogMethod
  error: LogMethod
  fatal: LogMethod
  /** The same log, with these fields in every line. */
  child(bindings: Readonly<Record<string, unknown>>): Logger
}

/** Write one line: a message, or fields (`id` for the event, `err` for an error) and a message. */
export interface LogMethod {
  (fields: object, message?: string): void
  (message: string): void
}

const ignore = (): void => undefined

/** A log that says nothing. */
export const silentLogger: Logger = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  fatal: ignore,
  child: () => silentLogger,
}

/**
 * A log that writes warnings and worse to stderr, one line of text each, control characters escaped.
 *
 * @param write Gets each line with its end; stderr if there is none.
 * @example
 * const lines = []
 * lineLogger({ cog: 'dedupe' }, (line) => lines.push(line)).warn({ id: '7' }, 'no room')
 * assert.deepEqual(lines, ['WARN no room cog=dedupe id=7\n'])
 */
export function lineLogger(
  bindings: Readonly<Record<string, unknown>> = {},
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Logger {
  const at = (level: string): LogMethod => {
    return (first: object | string, message?: string): void => {
      const fields = typeof first === 'string' ? bindings : { ...bindings, ...first }
      const text = typeof first === 'string' ? first : (message ?? '')
      const pairs = Object.entries(fields)
        .filter(([, value]) => !(isError(value) && text.includes(value.message))) // It is said already.
        .map(([key, value]) => ` ${key}=${render(value)}`)
      write(`${escapeControls(`${level} ${text}${pairs.join('')}`)}\n`)
    }
  }
  return {
    ...silentLogger,
    warn: at('WARN'),
    error: at('ERROR'),
    fatal: at('FATAL'),
    child: (more) => lineLogger({ ...bindings, ...more }, write),
  }
}

/** Warnings and worse on stderr: the log of a train that was given none. */
export const stderrLogger: Logger = lineLogger()

function render(value: unknown): string {
  if (isError(value)) return value.message
  return typeof value === 'string' ? value : describeValue(value)
}
