/** Writes messages of syslog: RFC 5424, and RFC 3164 for those who know no other. */
import { describeValue } from '../errors/index.js'
import { FACILITIES, SEVERITIES } from './syslog-names.js'

/** What a message says, as ParseSyslog gives it. What is null or missing is filled in. */
export interface SyslogFields {
  /** A number or a name. */
  readonly facility?: number | string | null
  readonly severity?: number | string | null
  /** A time as RFC 3339 writes it, or ms since the Unix epoch; anything else becomes the present time. */
  readonly timestamp?: string | number | null
  readonly hostname?: string | null
  readonly appName?: string | null
  readonly procId?: string | null
  readonly msgId?: string | null
  readonly structuredData?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> | null
  readonly message?: string
}

/** What stands where a message says nothing. */
export interface SyslogDefaults {
  readonly format: 'rfc5424' | 'rfc3164'
  readonly facility: string
  readonly severity: string
  readonly hostname: string
  readonly appName: string
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)$/
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/**
 * One message as text.
 *
 * @throws {TypeError} If there is no text, or a facility or severity that doesn't exist.
 * @example
 * const defaults = { format: 'rfc5424', facility: 'user', severity: 'notice', hostname: 'web1', appName: 'app' }
 * assert.equal(formatSyslog({ message: 'up' }, defaults, 0), '<13>1 1970-01-01T00:00:00.000Z web1 app - - - up')
 */
export function formatSyslog(fields: SyslogFields, defaults: SyslogDefaults, nowMs: number): string {
  const { message } = fields
  if (typeof message !== 'string')
    throw new TypeError(`a message of syslog must have a text: it is ${describeValue(message)}`)
  const facility = numberOf('facility', fields.facility ?? defaults.facility, FACILITIES)
  const severity = numberOf('severity', fields.severity ?? defaults.severity, SEVERITIES)
  const priority = `<${8 * facility + severity}>`
  return defaults.format === 'rfc5424'
    ? `${priority}1 ${modern(fields, defaults, nowMs)} ${message}`
    : `${priority}${traditional(fields, defaults, nowMs)}: ${message}`
}

function modern(fields: SyslogFields, defaults: SyslogDefaults, nowMs: number): string {
  const { timestamp, hostname, appName, procId, msgId, structuredData } = fields
  const time =
    typeof timestamp === 'string' && RFC3339.test(timestamp)
      ? timestamp
      : new Date(timeOf(timestamp, nowMs)).toISOString()
  const names = [word(hostname ?? defaults.hostname, 255), word(appName ?? defaults.appName, 48), word(procId, 128)]
  return [time, ...names, word(msgId, 32), structured(structuredData ?? {})].join(' ')
}

function traditional(fields: SyslogFields, defaults: SyslogDefaults, nowMs: number): string {
  const { timestamp, hostname, appName, procId } = fields
  const time = new Date(timeOf(timestamp, nowMs))
  const two = (value: number): string => String(value).padStart(2, '0')
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')
  const day = `${MONTHS[time.getMonth()]} ${String(time.getDate()).padStart(2, ' ')} ${clock}`
  const tag = word(appName ?? defaults.appName, 48)
  const process = procId === null || procId === undefined ? '' : `[${word(procId, 128)}]`
  return `${day} ${word(hostname ?? defaults.hostname, 255)} ${tag}${process}`
}

function timeOf(timestamp: string | number | null | undefined, nowMs: number): number {
  const timeMs = typeof timestamp === 'string' && RFC3339.test(timestamp) ? Date.parse(timestamp) : timestamp
  return typeof timeMs === 'number' && Math.abs(timeMs) < 8.64e15 ? timeMs : nowMs
}

function numberOf(what: string, value: number | string, names: readonly string[]): number {
  const number = typeof value === 'string' ? names.indexOf(value) : value
  if (Number.isInteger(number) && number >= 0 && number < names.length) return number
  throw new TypeError(
    `${what} must be a number below ${names.length} or one of its names: it is ${describeValue(value)}`,
  )
}

/** What may stand between blanks: nothing but visible ASCII; a hyphen for nothing. */
function word(text: string | null | undefined, lengthMax: number): string {
  const visible = (text ?? '').replace(/[^\x21-\x7e]/g, '?').slice(0, lengthMax)
  return visible === '' ? '-' : visible
}

function structured(elements: NonNullable<SyslogFields['structuredData']>): string {
  const texts = Object.entries(elements).map(([id, parameters]) => {
    const pairs = Object.entries(parameters).flatMap(([key, values]) =>
      [values].flat().map((value) => ` ${name(key)}="${value.replace(/["\\\]]/g, '\\$&')}"`),
    )
    return `[${name(id)}${pairs.join('')}]`
  })
  return texts.length === 0 ? '-' : texts.join('')
}

function name(text: string): string {
  return word(text.replace(/[="\]]/g, '?'), 32)
}
