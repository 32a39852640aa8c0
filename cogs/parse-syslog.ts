import {
  Modifier,
  describeValue,
  insert,
  setOwn,
  wholeGetter,
  wholeSetter,
  type Getter,
  type Setter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { FACILITIES, SEVERITIES } from '../lib/net/syslog-names.js'

/** Configuration insert: what an operator may set. */
export const parseSyslogBaseConfig = insert({
  keywords: {
    doc: 'Whether facility and severity are words (auth, err) instead of numbers.',
    default: false,
    live: true,
  },
})

/** The parameters of structured data, by element and name; a name that comes again has a list. */
export type StructuredData = Record<string, Record<string, string | string[]>>

/** What a line of syslog says; null where it says nothing. */
export interface SyslogMessage {
  facility: number | string | null
  severity: number | string | null
  /** As it was written: ParseTime reads it. */
  timestamp: string | null
  hostname: string | null
  appName: string | null
  procId: string | null
  msgId: string | null
  structuredData: StructuredData | null
  message: string
}

/** The operator's settings, where the text is, and where the message goes. */
export interface ParseSyslogOptions<In, Out> extends Partial<Settings<typeof parseSyslogBaseConfig>> {
  /** Reads the text; by default the datum is the text. */
  readonly getter?: Getter<In, string>
  /** Puts the message in; by default it takes the place of the datum. */
  readonly setter?: Setter<In, SyslogMessage, Out>
}

type Resolved<In, Out> = Required<ParseSyslogOptions<In, Out>>

const DEFAULTS = { keywords: false, getter: wholeGetter, setter: wholeSetter }

const PRI = /^<(\d{1,3})>/
/** RFC 5424, section 6, without the priority: version, then five fields, then structured data and message. */
const HEADER_5424 = /^[1-9]\d{0,2} (-|\d{4}-\d\d-\d\dT\S+) (\S+) (\S+) (\S+) (\S+) (?=[[-])/
/** Its structured data, step by step: an element's beginning, that of a parameter, and the element's end. */
const ELEMENT = /\[([^\s=\]"]+)/y
const PARAMETER = / +([^\s=\]"]+)="/y
const ELEMENT_END = / *(\])/y
/** RFC 3164 as daemons write it, and rsyslog's and journald's times in ISO 8601. A host name may be missing. */
const HEADER_3164 =
  /^((?:[A-Z][a-z]{2} [ \d]\d(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d+)?)|(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)):? (?:(?!\S+:(?: |$)|\S+\[\d+\])(\S+) +)?/
/** The tag: a program, most often with its process in brackets, and a colon behind it. */
const TAG = /^([^\s[\]]+?)(?:\[([^\]\s]*)\]:?|:)(?: |$)/

/**
 * Parse a line of syslog: RFC 5424, RFC 3164, and what stands in /var/log, with a priority or without.
 *
 * In: a line of text, or any datum that holds one. Out: a `SyslogMessage`. A line with a priority that is nothing else
 * that we know is a message as a whole, as RFC 3164 asks of a relay.
 *
 * @throws {SyntaxError} From a turn: if the line has neither a priority nor a header, if its priority is above 191, or
 * if its structured data are wrong.
 * @throws {TypeError} From a turn: if there is no text.
 * @example
 * const [{ appName, procId, message }] = new ParseSyslog(train).turn('<38>Nov 21 10:00:00 web1 sshd[812]: Connection closed')
 * assert.deepEqual([appName, procId, message], ['sshd', '812', 'Connection closed'])
 */
export class ParseSyslog<In = string, Out = SyslogMessage> extends Modifier<
  In,
  string,
  SyslogMessage,
  Out,
  Resolved<In, Out>
> {
  static readonly baseConfig = parseSyslogBaseConfig

  constructor(train: Winder, options: ParseSyslogOptions<In, Out> = {}) {
    super(train, { ...DEFAULTS, ...options } as Resolved<In, Out>)
  }

  compute(text: string): SyslogMessage {
    if (typeof (text as unknown) !== 'string') throw new TypeError(`syslog must be text: it is ${describeValue(text)}`)
    const line = withoutMark(text)
    const pri = PRI.exec(line)
    const rest = pri === null ? line : line.slice(pri[0].length)
    const message = modern(rest) ?? traditional(rest) ?? plain(rest)
    if (pri !== null) this.setPriority(message, Number(pri[1]), line)
    else if (message.timestamp === null && message.hostname === null) {
      throw new SyntaxError(`a line of syslog must begin with a priority or a time: it is ${describeValue(line)}`)
    }
    return message
  }

  private setPriority(message: SyslogMessage, pri: number, line: string): void {
    if (pri > 191) throw new SyntaxError(`the priority must be at most 191: it is ${pri} in ${describeValue(line)}`)
    const [facility, severity] = [pri >> 3, pri & 7]
    message.facility = this.options.keywords ? (FACILITIES[facility] ?? null) : facility
    message.severity = this.options.keywords ? (SEVERITIES[severity] ?? null) : severity
  }
}

function plain(message: string): SyslogMessage {
  const nothing = { timestamp: null, hostname: null, appName: null, procId: null, msgId: null, structuredData: null }
  return { facility: null, severity: null, ...nothing, message }
}

function modern(text: string): SyslogMessage | null {
  const match = HEADER_5424.exec(text)
  if (match === null) return null
  const [header, timestamp, hostname, appName, procId, msgId] = match
  const { data, end } = structured(text, header.length)
  return {
    facility: null,
    severity: null,
    timestamp: unlessNil(timestamp),
    hostname: unlessNil(hostname),
    appName: unlessNil(appName),
    procId: unlessNil(procId),
    msgId: unlessNil(msgId),
    structuredData: data,
    message: withoutMark(text.slice(end + 1)),
  }
}

function traditional(text: string): SyslogMessage | null {
  const header = HEADER_3164.exec(text)
  if (header === null) return null
  const rest = text.slice(header[0].length)
  const tag = TAG.exec(rest)
  return {
    facility: null,
    severity: null,
    timestamp: header[1] ?? null,
    hostname: header[2] ?? null,
    appName: tag?.[1] ?? null,
    procId: tag?.[2] ?? null,
    msgId: null,
    structuredData: null,
    message: tag === null ? rest : rest.slice(tag[0].length),
  }
}

/** Structured data from `start` on, and where they end; null for the nil value. */
function structured(text: string, start: number): { data: StructuredData | null; end: number } {
  if (/-(?: |$)/y.test(text.slice(start, start + 2))) return { data: null, end: start + 1 }
  const data: StructuredData = {}
  let end = start
  for (let id = matchAt(ELEMENT, text, end); id !== null; id = matchAt(ELEMENT, text, end)) {
    if (Object.hasOwn(data, id)) throw new SyntaxError(`an element must come once: again is ${describeValue(id)}`)
    const parameters: Record<string, string | string[]> = {}
    end = readParameters(text, ELEMENT.lastIndex, parameters)
    setOwn(data, id, parameters)
    if (end < 0) break
  }
  if (end <= start || (end < text.length && text[end] !== ' ')) {
    throw new SyntaxError(
      `structured data must be "-" or [id name="value"]: they are ${describeValue(text.slice(start))}`,
    )
  }
  return { data, end }
}

/**
 * Put an element's parameters, which begin at `from`, into `found`. Answers where the element ends, or -1 if it is
 * wrong. A step at a time, since a regular expression for the whole would overflow the stack on a long one.
 */
function readParameters(text: string, from: number, found: Record<string, string | string[]>): number {
  let at = from
  for (let name = matchAt(PARAMETER, text, at); name !== null; name = matchAt(PARAMETER, text, at)) {
    const end = endOfValue(text, PARAMETER.lastIndex)
    if (end < 0) return -1
    const quoted = text.slice(PARAMETER.lastIndex, end)
    const value = quoted.includes('\\') ? quoted.replace(/\\(["\\\]])/g, '$1') : quoted
    const before = Object.hasOwn(found, name) ? found[name] : undefined
    if (before === undefined) setOwn(found, name, value)
    else if (Array.isArray(before)) before.push(value)
    else setOwn(found, name, [before, value])
    at = end + 1
  }
  return matchAt(ELEMENT_END, text, at) === null ? -1 : ELEMENT_END.lastIndex
}

/** Where the quote is that ends the value from `from` on; -1 if there is none before what may not stand in a value. */
function endOfValue(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const char = text[i]
    if (char === '"') return i
    if (char === ']') return -1
    if (char === '\\') i += 1
  }
  return -1
}

/** What a sticky expression captures at a place of a text; null if it doesn't match there. */
function matchAt(sticky: RegExp, text: string, at: number): string | null {
  sticky.lastIndex = at
  return sticky.exec(text)?.[1] ?? null
}

function unlessNil(field: string | undefined): string | null {
  return field === undefined || field === '-' ? null : field
}

/** Text without the byte order mark that RFC 5424 puts before UTF-8. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}
