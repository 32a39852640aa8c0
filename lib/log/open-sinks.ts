/** From the settings to the destinations of the log. */
import { fstatSync } from 'node:fs'
import { hostname } from 'node:os'
import { isatty } from 'node:tty'
import { FileSink, type FileSinkOptions } from './file-sink.js'
import { toJournal } from './journal-message.js'
import type { LogSettings } from './settings.js'
import type { Sink, SinkEvents } from './sink.js'
import { readSyslogAddress } from './syslog-address.js'
import { toLocalSyslog, toRfc5424 } from './syslog-message.js'
import { TcpSink } from './tcp-sink.js'
import { UdpSink } from './udp-sink.js'
import { UnixSink } from './unix-sink.js'

const STDERR = 2
const JOURNAL = '/run/systemd/journal/socket'
/** A reader on this machine that is slow is tried again soon, a server that doesn't answer later. */
const RETRY_LOCAL_MS = 50
const RETRY_SERVER_MS = 1000

/** The key of stderr among the destinations. */
export const STDERR_SINK = 'stderr'

/** Destinations by what was set about each, so that those that stay the same can be kept. */
export type Sinks = ReadonlyMap<string, Sink>

/**
 * Open the destinations that are set, or stderr. Servers of `old` of which nothing changed are kept.
 *
 * @param name What the program is called where nothing is set.
 * @param eventsOf What each tells, by its name for people.
 * @throws {ConfigError} If an address is none.
 * @throws {DeadbeatError} ERR_LOG_FILE, ERR_LOG_SOCKET: one can't be opened. Nothing stays open that wasn't.
 */
export function openSinks(
  settings: LogSettings,
  name: string,
  old: Sinks,
  eventsOf: (to: string) => SinkEvents,
): Sinks {
  const { file, format, waitingMax } = settings
  const sinks = new Map<string, Sink>()
  const add = (to: string, kind: readonly unknown[], open: () => Sink): void => {
    const key = JSON.stringify([to, waitingMax, ...kind])
    sinks.set(key, old.get(key) ?? open())
  }
  try {
    const { syslog } = settings
    const called = settings.name ?? name
    const { address } = syslog
    if (address !== null) add(address, [syslog, called], () => openSyslog(settings, called, address, eventsOf(address)))
    const journal = settings.journal ?? (file === null && address === null && isJournal(STDERR) ? JOURNAL : null)
    if (journal !== null) {
      const options = {
        format: (json: string) => toJournal(json, called, process.pid),
        waitingMax,
        retryMs: RETRY_LOCAL_MS,
      }
      add(journal, [called], () => new UnixSink(journal, options, eventsOf(journal)))
    }
    if (file !== null) {
      const form = format === 'text' ? 'text' : 'json'
      sinks.set(`file ${file}`, new FileSink(file, { form, waitingMax }, eventsOf(file)))
    }
    if (sinks.size === 0) {
      const form = stderrForm(format)
      sinks.set(STDERR_SINK, new FileSink(null, { form, waitingMax }, eventsOf('stderr')))
    }
    return sinks
  } catch (error) {
    for (const [key, sink] of sinks) if (old.get(key) !== sink) void sink.close(0)
    throw error
  }
}

function openSyslog(settings: LogSettings, name: string, text: string, events: SinkEvents): Sink {
  const { facility, format, framing, messageMax } = settings.syslog
  const address = readSyslogAddress(text)
  const isLocal = format === 'auto' ? 'path' in address : format === 'local'
  const origin = { facility, host: hostname(), name, pid: process.pid, messageMax }
  const message = (json: string): string => (isLocal ? toLocalSyslog(json, origin) : toRfc5424(json, origin))
  const plainly = (json: string): Buffer => Buffer.from(message(json))
  const { waitingMax } = settings
  if ('path' in address) {
    return new UnixSink(address.path, { format: plainly, waitingMax, retryMs: RETRY_LOCAL_MS }, events)
  }
  const { transport, host, port } = address
  if (transport === 'udp')
    return new UdpSink(host, port, { format: plainly, waitingMax, retryMs: RETRY_SERVER_MS }, events)
  const framed = (json: string): Buffer => {
    const bytes = plainly(json)
    return Buffer.concat(framing === 'line' ? [bytes, Buffer.from('\n')] : [Buffer.from(`${bytes.length} `), bytes])
  }
  return new TcpSink(host, port, { format: framed, waitingMax, retryMs: RETRY_SERVER_MS }, events)
}

function stderrForm(format: LogSettings['format']): FileSinkOptions['form'] {
  const isTerminal = isatty(STDERR)
  if (format === 'json' || (format === 'auto' && !isTerminal)) return 'json'
  return isTerminal && (process.env['NO_COLOR'] ?? '') === '' ? 'colours' : 'text'
}

/** Whether a descriptor leads to the journal, as systemd tells in `$JOURNAL_STREAM`: `DEVICE:INODE`. */
export function isJournal(fd: number, stream = process.env['JOURNAL_STREAM']): boolean {
  if (stream === undefined) return false
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true })
    return stream === `${dev}:${ino}`
  } catch {
    return false // A descriptor that is closed leads nowhere.
  }
}
