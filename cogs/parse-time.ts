import {
  Modifier,
  describeValue,
  insert,
  itemGetter,
  itemSetter,
  requireAtLeast,
  type Getter,
  type Setter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { IsoText } from '../lib/time/iso-text.js'
import { timeReader, type TimeReader } from '../lib/time/pattern.js'
import { zoneNamed } from '../lib/time/zone.js'

/** Configuration insert: what an operator may set. */
export const parseTimeBaseConfig = insert({
  formats: {
    doc: 'How times are written; the first that fits counts. Names (iso, common, rfc2822, syslog, asctime, unix, unix-ms, unix-us, unix-ns) or patterns as in strptime(3).',
    format: 'strings',
    default: ['iso', 'common', 'rfc2822', 'syslog', 'asctime', 'unix'],
  },
  zone: { doc: 'The zone of times that name none: Europe/Berlin, +01:00, UTC or local.', default: 'UTC' },
  as: {
    doc: 'What becomes of it: text in ISO 8601, ms since 1970, or a Date.',
    format: ['iso', 'ms', 'date'],
    default: 'iso',
  },
  aheadMs: { doc: 'How far in the future a time without a year may be.', format: 'duration', default: '2d' },
})

/** The operator's settings, where the time is, and where the result goes. */
export interface ParseTimeOptions<In, Result = string, Out = In> extends Partial<Settings<typeof parseTimeBaseConfig>> {
  /** Reads the time: text, a number, a bigint or a Date. By default the key `time`. */
  readonly getter?: Getter<In, unknown>
  /** Puts the result in; by default under the key `time`. */
  readonly setter?: Setter<In, Result, Out>
}

type Resolved<In, Result, Out> = Required<ParseTimeOptions<In, Result, Out>>

const DEFAULTS = {
  formats: parseTimeBaseConfig.formats.default,
  zone: 'UTC',
  as: 'iso',
  aheadMs: 2 * 86_400_000,
  getter: itemGetter('time'),
  setter: itemSetter('time'),
}

/** Named numbers since 1970, as the power of ten that makes milliseconds of them. */
const UNIX: ReadonlyMap<string, number> = new Map(
  Object.entries({ unix: 3, 'unix-ms': 0, 'unix-us': -3, 'unix-ns': -6 }),
)

/**
 * Parse a time.
 *
 * In: any datum that holds a time as text, a number, a bigint or a Date. Out: the datum with that time as text in
 * ISO 8601 with milliseconds (UTC), as ms since 1970, or as a Date. What is finer than a millisecond is cut off, as
 * Date does it. Numbers are read by the first of the `unix` formats. A time without a year, as syslog has it, gets the
 * year that puts it last before now, or at most `aheadMs` after it.
 *
 * @throws {TypeError} From a turn: if there is no time at all.
 * @throws {RangeError} From a turn: if no format fits, or if Date doesn't reach as far. From the constructor: if a
 * format or the zone is unknown.
 * @example
 * const parse = new ParseTime(train, { formats: ['common', '%Y/%m/%d %H:%M:%S'] })
 * assert.deepEqual(parse.turn({ time: '21/Nov/2026:10:00:00 +0100' }), [{ time: '2026-11-21T09:00:00.000Z' }])
 * assert.deepEqual(parse.turn({ time: '2026/11/21 10:00:00' }), [{ time: '2026-11-21T10:00:00.000Z' }])
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- by default any datum with a key `time`
export class ParseTime<In = any, Result = string, Out = In> extends Modifier<
  In,
  unknown,
  Result,
  Out,
  Resolved<In, Result, Out>
> {
  static readonly baseConfig = parseTimeBaseConfig
  private readonly isoText = new IsoText()
  private readonly isIso: boolean
  /** What a number is multiplied or, if it is negative, divided by; 0 if there is no `unix` format. */
  private readonly factor: number
  private readonly readers: readonly TimeReader[]
  private lastText: string | null = null
  private lastMs = NaN

  constructor(train: Winder, options: ParseTimeOptions<In, Result, Out> = {}) {
    super(train, { ...DEFAULTS, ...options } as Resolved<In, Result, Out>)
    requireAtLeast(0, this.options, 'aheadMs')
    const { formats, as, aheadMs } = this.options
    if (formats.length === 0) throw new RangeError('formats must name at least one format: it is empty')
    const zone = zoneNamed(this.options.zone)
    const wall = (): number => this.train.esc.wall()
    this.readers = formats.map((format) => unixReader(format) ?? timeReader(format, { zone, wall, aheadMs }))
    const power = formats.map((format) => UNIX.get(format)).find((known) => known !== undefined)
    this.factor = power === undefined ? 0 : power < 0 ? -(10 ** -power) : 10 ** power
    this.isIso = as === 'iso'
  }

  compute(piece: unknown): Result {
    const ms = typeof piece === 'number' && this.factor > 0 ? Math.trunc(piece * this.factor) : this.read(piece)
    return (this.isIso ? this.isoText.of(ms) : this.inRange(ms)) as Result
  }

  private read(piece: unknown): number {
    if (typeof piece === 'string') {
      if (piece === this.lastText) return this.lastMs
      this.lastMs = this.readText(piece)
      this.lastText = piece
      return this.lastMs
    }
    if (typeof piece === 'number' && this.factor < 0) return Math.trunc(piece / -this.factor)
    if (typeof piece === 'bigint') return this.readText(String(piece))
    if (Object.prototype.toString.call(piece) === '[object Date]') return (piece as Date).getTime()
    const rule = typeof piece === 'number' ? 'text, since no unix format is given' : 'text, a number or a Date'
    throw new TypeError(`a time must be ${rule}: it is ${describeValue(piece)}`)
  }

  private readText(text: string): number {
    for (const read of this.readers) {
      const ms = read(text)
      if (!Number.isNaN(ms)) return ms
    }
    throw new RangeError(`a time must fit one of ${this.options.formats.join(', ')}: it is ${describeValue(text)}`)
  }

  private inRange(ms: number): number | Date {
    if (!(Math.abs(ms) <= 8.64e15)) throw new RangeError(`a time must be at most 8.64e15 ms from 1970: it is ${ms}`)
    return this.options.as === 'ms' ? ms + 0 : new Date(ms) // + 0 makes a -0 an ordinary 0.
  }
}

/** Reads decimal digits without the detour by a binary fraction; undefined if the format is none of the `unix` ones. */
function unixReader(format: string): TimeReader | undefined {
  const power = UNIX.get(format)
  if (power === undefined) return undefined
  return (text) => {
    const match = /^\s*([+-]?)(\d{1,20})(?:\.(\d+))?\s*$/.exec(text)
    if (match === null) return NaN
    const [, sign = '', whole = '', fraction = ''] = match
    const digits = power < 0 ? whole.slice(0, power) : whole + fraction.slice(0, power).padEnd(power, '0')
    return Number(`${sign}${digits === '' ? '0' : digits}`)
  }
}
