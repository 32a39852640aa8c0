/** A log line as a message of syslog: RFC 5424, or the older form that is usual on a machine's own socket. */
import { escapeControls } from '../errors/escape-controls.js'
import { cutText, fieldsOf, parseLine, plain, severityOf, stackOf, type Line } from './line.js'
import { FACILITIES } from './syslog-facilities.js'
import { saidBy } from './text.js'

/** What is the same in all messages. */
export interface SyslogOrigin {
  /** By its name in RFC 5424's table: `daemon`. */
  readonly facility: string
  readonly host: string
  /** What the program is called. */
  readonly name: string
  readonly pid: number
  /** Longer messages are cut, in bytes; 480 at least. */
  readonly messageMax: number
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The number that RFC 5612 sets aside for those who have registered none. */
const SD_ID = 'deadbeat@32473'

/**
 * A line as RFC 5424 says: cog, event id, fields and stack are structured data, the cog is the MSGID, too. Control
 * characters are escaped. What is longer than `messageMax` is cut with `…`; of the fields those behind three quarters of
 * it are left out, and `omitted` says how many. The message is UTF-8 without a byte order mark (the RFC's MSG-ANY).
 *
 * @example
 * const line = { level: 'warn', time: '2026-01-02T03:04:05.678Z', cog: 'Dedupe', msg: 'no room', left: 0 }
 * const origin = { facility: 'daemon', host: 'h', name: 'resolve', pid: 7, messageMax: 8192 }
 * assert.equal(
 *   toRfc5424(JSON.stringify(line), origin),
 *   '<28>1 2026-01-02T03:04:05.678Z h resolve 7 Dedupe [deadbeat@32473 cog="Dedupe" left="0"] no room',
 * )
 */
export function toRfc5424(json: string, origin: SyslogOrigin): string {
  const line = parseLine(json) ?? { msg: json.trimEnd() }
  const { host, name, pid, messageMax } = origin
  const header = [
    `<${priorityOf(line, origin)}>1`,
    token(plain(line['time']), 48),
    token(host, 255),
    token(name, 48),
    pid,
    token(plain(line['cog']), 32),
  ].join(' ')
  const start = `${header} ${structured(line, Math.floor(messageMax * 0.75) - header.length)} `
  return cutText(start + escapeControls(plain(line['msg'])), messageMax)
}

/**
 * A line in the local form (RFC 3164's, without the host): the time in local time, name and pid, then all as text.
 *
 * @example
 * const origin = { facility: 'daemon', host: 'h', name: 'resolve', pid: 7, messageMax: 8192 }
 * assert.match(toLocalSyslog('{"level":"info","msg":"running","n":1}', origin), /^<30>\w{3} [ \d]\d [\d:]{8} resolve\[7\]: running n=1$/)
 */
export function toLocalSyslog(json: string, origin: SyslogOrigin): string {
  const line = parseLine(json) ?? { msg: json.trimEnd() }
  const given = new Date(plain(line['time']))
  const time = Number.isNaN(given.getTime()) ? new Date() : given
  const day = `${MONTHS[time.getMonth()]} ${String(time.getDate()).padStart(2)}`
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((n) => String(n).padStart(2, '0')).join(':')
  const tag = token(origin.name, 48).replace(/[[\]:]/g, '_')
  const stack = stackOf(line)
  const said = escapeControls(saidBy(line) + (stack === '' ? '' : ` ${stack}`))
  return cutText(`<${priorityOf(line, origin)}>${day} ${clock} ${tag}[${origin.pid}]: ${said}`, origin.messageMax)
}

function priorityOf(line: Line, { facility }: SyslogOrigin): number {
  return Math.max(0, (FACILITIES as readonly string[]).indexOf(facility)) * 8 + severityOf(line)
}

/** What RFC 5424 allows in its header: printable ASCII without blanks; `-` for nothing. */
function token(text: string, charsMax: number): string {
  return text.replace(/[^!-~]/g, '_').slice(0, charsMax) || '-'
}

function structured(line: Line, bytesMax: number): string {
  const stack = stackOf(line)
  const all: [string, unknown][] = [
    ...['cog', 'id'].filter((key) => plain(line[key]) !== '').map((key): [string, unknown] => [key, line[key]]),
    ...fieldsOf(line),
    ...(stack === '' ? [] : [['stack', stack] as [string, unknown]]),
  ]
  if (all.length === 0) return '-'
  let element = `[${SD_ID}`
  let omitted = 0
  for (const [key, value] of all) {
    const text = escapeControls(typeof value === 'string' ? value : JSON.stringify(value))
    const name = key.replace(/[^!-~]|[=\]"]/g, '_').slice(0, 32) || '_'
    const room = bytesMax - Buffer.byteLength(element) - name.length - 20
    const doubled = text.slice(0, Math.max(0, room)).match(/["\\\]]/g)?.length ?? 0
    const fits = cutText(text, room - doubled).replace(/["\\\]]/g, '\\$&')
    if (room - doubled < 4) omitted++
    else element += ` ${name}="${fits}"`
  }
  return `${element}${omitted > 0 ? ` omitted="${omitted}"` : ''}]`
}
