import {
  Cog,
  describeValue,
  insert,
  requireAtLeast,
  setOwn,
  wholeGetter,
  wholeSetter,
  type Getter,
  type Setter,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const parseRegexBaseConfig = insert({
  pattern: { doc: 'A regular expression with named groups: (?<ip>\\S+).', format: 'regexp' },
  onMismatch: {
    doc: 'What becomes of text that does not match: an error, on its way unchanged, or swallowed.',
    format: ['fail', 'pass', 'drop'],
    default: 'fail',
  },
  lengthMax: { doc: 'The longest text that is tried, in characters.', format: 'nat', min: 1, default: 65_536 },
  slowMs: { doc: 'After how long a match is reported as slow, once; 0 for never.', format: 'duration', default: 50 },
})

type Insert = Settings<typeof parseRegexBaseConfig>

/** The operator's settings, where the text is, and where the fields go. */
export interface ParseRegexOptions<Out, In = string> extends Partial<Omit<Insert, 'pattern'>> {
  /** With at least one named group; flags `g` and `y` mean nothing here. */
  readonly pattern: RegExp | string
  /** Reads the text; by default the datum is the text. */
  readonly getter?: Getter<In, string>
  /** Puts the fields in; by default they take the place of the datum. */
  readonly setter?: Setter<In, Out, Out>
}

type Resolved<Out, In> = Required<ParseRegexOptions<Out, In>>

const DEFAULTS = { onMismatch: 'fail', lengthMax: 65_536, slowMs: 50, getter: wholeGetter, setter: wholeSetter }

/**
 * Parse text with a regular expression of your own.
 *
 * In: a line of text, or any datum that holds one. Out: an object with the text of each named group that took part in
 * the match. Text that doesn't match fails, goes on unchanged or is swallowed, as `onMismatch` says.
 *
 * @throws {SyntaxError} From a turn: if the text doesn't match and `onMismatch` is `fail`. From the constructor: if the
 * pattern is no regular expression.
 * @throws {RangeError} From a turn: if the text is longer than `lengthMax`, whatever `onMismatch` says. From the
 * constructor: if the pattern has no named group.
 * @throws {TypeError} From a turn: if there is no text.
 * @example
 * const parse = new ParseRegex(train, { pattern: /from (?<ip>\S+) port (?<port>\d+)/ })
 * assert.deepEqual(parse.turn('Failed password for root from 192.0.2.7 port 4711 ssh2'), [{ ip: '192.0.2.7', port: '4711' }])
 */
export class ParseRegex<Out = Record<string, string>, In = string> extends Cog<In, Out, Resolved<Out, In>> {
  private readonly pattern: RegExp
  private readonly names: readonly string[]
  private isReported = false

  constructor(train: Winder, options: ParseRegexOptions<Out, In>) {
    super(train, { ...DEFAULTS, ...options } as Resolved<Out, In>)
    requireAtLeast(1, this.options, 'lengthMax')
    requireAtLeast(0, this.options, 'slowMs')
    const { source, flags } = new RegExp(options.pattern)
    // Global and sticky expressions remember where they were: half of their matches would be missed.
    this.pattern = new RegExp(source, flags.replace(/[gy]/g, ''))
    // With an empty alternative the pattern matches anything, and every name of a group shows.
    this.names = Object.keys(new RegExp(`${source}|`, this.pattern.flags).exec('')?.groups ?? {})
    if (this.names.length === 0) {
      throw new RangeError(`pattern must have at least one named group: it is ${describeValue(source)}`)
    }
  }

  turn(data: In): Turn<Out> {
    const { getter, setter, onMismatch, lengthMax } = this.options
    const text: unknown = getter(data)
    if (typeof text !== 'string') throw new TypeError(`what is matched must be text: it is ${describeValue(text)}`)
    if (text.length > lengthMax) {
      throw new RangeError(`the text must have at most ${lengthMax} characters (lengthMax): it has ${text.length}`)
    }
    const groups = this.match(text)?.groups
    if (groups !== undefined) return [setter(data, this.fields(groups) as Out)]
    if (onMismatch === 'pass') return [data as unknown as Out]
    if (onMismatch === 'drop') return null
    throw new SyntaxError(`the text must match ${describeValue(this.pattern.source)}: it is ${describeValue(text)}`)
  }

  private match(text: string): RegExpExecArray | null {
    const { slowMs } = this.options
    if (slowMs === 0 || this.isReported) return this.pattern.exec(text)
    const { esc, log } = this.train
    const before = esc.now()
    const match = this.pattern.exec(text)
    const tookMs = esc.now() - before
    if (tookMs > slowMs) {
      this.isReported = true
      const pattern = this.pattern.source
      log.warn(
        { pattern, tookMs, characters: text.length },
        'a regular expression is slow: it holds up the whole train',
      )
    }
    return match
  }

  private fields(groups: Readonly<Record<string, string | undefined>>): Record<string, string> {
    const fields: Record<string, string> = {}
    for (const name of this.names) {
      const value = groups[name]
      if (value !== undefined) setOwn(fields, name, value)
    }
    return fields
  }
}
