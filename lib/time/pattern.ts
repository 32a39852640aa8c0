/**
 * Reading times by patterns: `%d/%b/%Y:%H:%M:%S %z`, as strptime(3) has them, and a few ways of writing that have names.
 */
import { describeValue } from '../errors/index.js'
import { CivilTime } from './civil-time.js'
import { isoReader } from './iso-reader.js'
import type { Zone } from './zone.js'

/** Reads a time: ms since the Unix epoch, or NaN if the text is written in another way. */
export type TimeReader = (text: string) => number

/** What a reader needs to know where a text leaves something out. */
export interface TimeReaderOptions {
  /** The zone of a time that names none. */
  readonly zone: Zone
  /** The wall clock in ms: a time without a year is the last one that isn't too far ahead of it. */
  readonly wall: () => number
  /** How far ahead of the wall clock a time without a year may be, in ms. */
  readonly aheadMs: number
}

/** Named ways of writing a time, as regular expressions with directives in them. */
const NAMED: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    iso: ['%Y-%m-%d(?:[Tt ]%H:%M(?::%S(?:[.,]%f)?)?(?: ?%z)?)?', '%Y%m%d[Tt]%H%M%S(?:[.,]%f)?%z?'],
    common: ['\\[?%d/%b/%Y:%H:%M:%S(?: %z)?\\]?'],
    rfc2822: ['(?:%a, *)?%d +%b +%Y +%H:%M(?::%S)?(?: +(?:%z|%Z))?(?: *\\(.*\\))?'],
    syslog: ['%b +%d(?: +%Y)? +%H:%M:%S(?:\\.%f)?(?: %Z)?:?'],
    asctime: ['\\[?(?:%a +)?%b +%d +%H:%M:%S(?:\\.%f)?(?: +%Z)? +%Y\\]?'],
  }),
)

/** The names that `timeReader` knows. */
export const TIME_FORMATS: readonly string[] = [...NAMED.keys()]

const DIRECTIVES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Y: '(\\d{4})',
    y: '(\\d\\d)',
    m: '(\\d\\d?)',
    d: '(\\d\\d?)',
    j: '(\\d{1,3})',
    b: '([A-Za-z]{3,9})',
    a: '[A-Za-z]{3,9}',
    H: '(\\d\\d?)',
    I: '(\\d\\d?)',
    M: '(\\d\\d)',
    S: '(\\d\\d)',
    f: '(\\d{1,9})',
    p: '([AaPp][Mm])',
    z: '([Zz]|[+-]\\d\\d(?::?\\d\\d)?)',
    Z: '([A-Za-z]{1,5})',
    '%': '%',
  }),
)

/** Directives that are others in short. */
const SHORT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ e: '%d', B: '%b', h: '%b', A: '%a', L: '%f', N: '%f' },
    ...{ T: '%H:%M:%S', R: '%H:%M', F: '%Y-%m-%d', D: '%m/%d/%y' },
  }),
)

/**
 * A reader for a named way of writing (`iso`, `common`, `rfc2822`, `syslog`, `asctime`) or for a pattern with `%Y %y %m
 * %b %d %e %j %H %I %p %M %S %f %z %Z %a %F %T %D %R`. A space in a pattern stands for any white space, `%f` for up to
 * nine digits of a fraction, of which three count.
 *
 * @throws {RangeError} If there is no such name or directive, or if the pattern has no day.
 * @example
 * const options = { zone: (localMs) => localMs, wall: () => Date.UTC(2026, 10, 21), aheadMs: 0 }
 * assert.equal(timeReader('%d.%m.%Y %H:%M', options)('21.11.2026 10:00'), Date.UTC(2026, 10, 21, 10))
 * assert.equal(timeReader('syslog', options)('Nov 22 10:00:00'), Date.UTC(2025, 10, 22, 10))
 * assert.equal(timeReader('iso', options)('yesterday'), NaN)
 */
export function timeReader(format: string, options: TimeReaderOptions): TimeReader {
  const named = NAMED.get(format)
  if (named !== undefined) {
    const readers = named.map((source) => compile(source, options))
    return firstOf(format === 'iso' ? [isoReader(options.zone), ...readers] : readers)
  }
  const source = format
    .replace(/%(.)/g, (directive, letter: string) => SHORT.get(letter) ?? directive)
    .replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    .replace(/\s+/g, '\\s+')
  const found = Array.from(source.matchAll(/%(.?)/g), ([, letter = '']) => letter)
  const unknown = found.find((letter) => !DIRECTIVES.has(letter))
  const hasDay = found.includes('j') || (found.includes('d') && (found.includes('m') || found.includes('b')))
  if (unknown !== undefined || !hasDay) {
    const rule = unknown === undefined ? 'with a day and a month' : `without %${unknown}`
    const names = TIME_FORMATS.join(', ')
    throw new RangeError(`a time format must be one of ${names} or a pattern ${rule}: it is ${describeValue(format)}`)
  }
  return compile(source, options)
}

function firstOf(readers: readonly TimeReader[]): TimeReader {
  return (text) => {
    let ms = NaN
    for (let i = 0; i < readers.length && Number.isNaN(ms); i++) ms = readers[i]?.(text) ?? NaN
    return ms
  }
}

function compile(source: string, { zone, wall, aheadMs }: TimeReaderOptions): TimeReader {
  const letters: string[] = []
  const expanded = source.replace(/%(.)/g, (_, letter: string) => {
    const directive = DIRECTIVES.get(letter) ?? ''
    if (directive.startsWith('(')) letters.push(letter)
    return directive
  })
  const pattern = new RegExp(`^\\s*${expanded}\\s*$`)
  return (text) => {
    const match = pattern.exec(text)
    if (match === null) return NaN
    const civil = new CivilTime()
    for (let i = 0; i < letters.length; i++) {
      const value = match[i + 1]
      if (value !== undefined) civil.take(letters[i] ?? '', value)
    }
    return civil.time(zone, wall, aheadMs)
  }
}
