/** The process's log: pino, written at once, so that what was logged is there even after a kill. */
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import type { LogFn, Logger as PinoLogger } from 'pino'
import { describeValue, isError } from '../errors/index.js'
import { escapeControls } from '../errors/escape-controls.js'
import { Levels, readLevels } from './levels.js'
import { STDERR_SINK, openSinks, type Sinks } from './open-sinks.js'
import { RateLimit } from './rate-limit.js'
import { withDefaults, type LogSettings, type SomeLogSettings } from './settings.js'
import type { SinkEvents } from './sink.js'

// Not by import: Node would parse the text of it once more, for the names of its exports.
const { pino } = createRequire(import.meta.url)('pino') as typeof import('pino')

/** A log of `lib/log`: of the shape that the movement asks for, and more. */
export type Logger = PinoLogger

/** How long a server may take for what waits when the log is closed. */
const CLOSE_WAIT_MS = 2000
const FATAL = 60
/** Of a long message so many characters say which it is. */
const KEY_CHARS_MAX = 200

let settings = withDefaults({})
let sinks: Sinks | null = null
let isWatching = false
let telling: NodeJS.Timeout | null = null
const rate = new RateLimit(settings.rate)

/**
 * The root of the log. Before `configure` it writes to stderr from level info on. A child has the level that is set for
 * its cog (`child({ cog: 'Dedupe' })`), else the root's, and follows when they change.
 */
export const logger: Logger = pino(
  {
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    onChild: (child: PinoLogger) => levels.adopt(child),
    hooks: {
      logMethod(args, method, level) {
        const own = levels.cogOf(this)
        const cog = own === '' ? cogIn(args) : own
        if (
          level < FATAL &&
          ((own === '' && level < levels.leastOf(cog)) || !isAdmitted(this, cog, args, method, level))
        )
          return
        method.apply(this, args)
      },
    },
  },
  { write },
)

const levels = new Levels(logger)

/**
 * Set level, destinations, form and limits of the log; what is left out is as `logBaseConfig` says. It may be called
 * again at any time: no line is lost. A server that stays the same keeps its connection and what waits for it; one that
 * goes gets what waits for it, for some seconds.
 *
 * @param name What the program is called at syslog and in the journal, if the settings don't say.
 * @throws {ConfigError} If a level or an address is none; then everything stays as it was, as with the others.
 * @throws {DeadbeatError} ERR_LOG_FILE: the file cannot be opened; ERR_LOG_SOCKET: there is no way to a Unix socket here.
 */
export function configure(given: SomeLogSettings, { name = programName() }: { readonly name?: string } = {}): void {
  const fresh = withDefaults(given)
  const byCog = readLevels(fresh.levels)
  const old: Sinks = sinks ?? new Map()
  const opened = openSinks(fresh, name, old, eventsOf)
  settings = fresh
  sinks = opened
  levels.apply(fresh.level, byCog)
  rate.adjust(fresh.rate)
  for (const [key, sink] of old) if (opened.get(key) !== sink) void sink.close(CLOSE_WAIT_MS)
  watchEnd()
}

/**
 * Change what is live: level, levels of cogs, and limits; the destinations stay. What is left out stays, too.
 *
 * @throws {ConfigError} If a level is none; then everything stays as it was.
 */
export function adjust(given: Partial<Pick<LogSettings, 'level' | 'levels' | 'rate'>>): void {
  const { level, levels: byCog, rate: limits } = { ...settings, ...given }
  levels.apply(level, readLevels(byCog))
  settings = { ...settings, level, levels: byCog, rate: limits }
  rate.adjust(limits)
}

/** Open the log's file anew by its name, after it was renamed, and look up a server's name again. */
export function reopen(): void {
  for (const sink of sinks?.values() ?? []) sink.reopen()
}

/**
 * Write what waits and let go of all destinations; the next line goes to stderr. Files are closed when it returns; a
 * server is given two seconds for what it hasn't got yet, and what is lost by then is told on stderr.
 */
export async function close(): Promise<void> {
  rate.tell(Infinity)
  const old = [...(sinks?.values() ?? [])]
  sinks = null
  await Promise.all(old.map((sink) => sink.close(CLOSE_WAIT_MS)))
}

/** Whether the log goes to stderr, so that what is logged need not be told there again. */
export function isOnStderr(): boolean {
  return sinks === null || sinks.has(STDERR_SINK)
}

function eventsOf(to: string): SinkEvents {
  return {
    failing: (reason) => void process.stderr.write(`${escapeControls(reason)}\n`),
    lost: (lines) => logger.warn({ lines, log: to }, 'log lines were lost while the log could not be written'),
  }
}

function write(line: string): void {
  // JSON escapes what is below a blank; what else could steer a terminal is escaped here.
  const json = UNSEEN.test(line) ? line.replace(new RegExp(UNSEEN, 'g'), unicodeEscape) : line
  sinks ??= openSinks(withDefaults({}), programName(), new Map(), eventsOf)
  for (const sink of sinks.values()) sink.write(json)
}

const UNSEEN = /[\u007f-\u009f\u2028\u2029]/

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function programName(): string {
  return basename(process.argv[1] ?? 'deadbeat').replace(/\.[cm]?[jt]s$/, '')
}

/** Whether the rate of this message allows a line now. What is withheld is told when its window is over. */
function isAdmitted(to: PinoLogger, cog: string, args: readonly unknown[], method: LogFn, level: number): boolean {
  const message = messageOf(args)
  const key = `${cog} ${level} ${message.slice(0, KEY_CHARS_MAX)}`
  const isIn = rate.admits(key, performance.now(), (withheld) => {
    // Not by the logger's own method, which would count this line, too.
    const about = cog === '' || levels.cogOf(to) !== '' ? {} : { cog }
    method.call(
      to,
      { ...about, withheld, windowMs: settings.rate.windowMs },
      `more lines were withheld that say: ${message}`,
    )
  })
  if (!isIn) tellLater()
  return isIn
}

/** The cog that a line of the train's own is about. */
function cogIn([fields]: readonly unknown[]): string {
  const cog = (fields as { readonly cog?: unknown } | undefined)?.cog
  return typeof cog === 'string' ? cog : ''
}

/** What the lines of one kind have in common: the message as it was written, without what is filled in. */
function messageOf([first, second]: readonly unknown[]): string {
  if (typeof first === 'string') return first
  if (typeof second === 'string') return second
  return isError(first) ? first.message : describeValue(first)
}

function tellLater(): void {
  telling ??= setTimeout(() => {
    telling = null
    rate.tell(performance.now())
    if (rate.isWithholding) tellLater()
  }, settings.rate.windowMs).unref()
}

/** What nobody caught is logged before it ends the process, and what waits then is written, or told on stderr. */
function watchEnd(): void {
  if (isWatching) return
  isWatching = true
  process.on('uncaughtExceptionMonitor', (err, origin) => {
    if (!isOnStderr()) logger.fatal({ err, origin }, 'uncaught exception') // There Node tells it itself.
  })
  process.on('exit', () => {
    rate.tell(Infinity)
    for (const sink of sinks?.values() ?? []) {
      for (const line of sink.last()) process.stderr.write(line)
    }
  })
}
