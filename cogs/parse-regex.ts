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
import { Matcher, SLOW_ADVICE, type Groups } from '../lib/text/matcher.js'
import { matchingConfig } from '../lib/text/matching-config.js'

/** Configuration insert: what an operator may set. */
export const parseRegexBaseConfig = insert({
  pattern: { doc: 'A regular expression with named groups: (?<ip>\\S+).', format: 'regexp' },
  ...matchingConfig,
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

const DEFAULTS = {
  onMismatch: 'fail',
  lengthMax: 65_536,
  slowMs: 50,
  limitMs: 0,
  engine: 'node',
  getter: wholeGetter,
  setter: wholeSetter,
}

/**
 * Parse text with a regular expression of your own.
 *
 * In: a line of text, or any datum that holds one. Out: an object with the text of each named group that took part in
 * the match. Text that doesn't match fails, goes on unchanged or is swallowed, as `onMismatch` says.
 *
 * A pattern such as `(a+)+b` takes longer than anybody lives on a line of some forty `a`s, and whoever writes to the log
 * may write that line. Where patterns aren't your own, set `limitMs` or `engine: 're2js'`.
 *
 * @throws {SyntaxError} From a turn: if the text doesn't match and `onMismatch` is `fail`. From the constructor: if the
 * pattern is no regular expression, or none that `engine` can use.
 * @throws {RangeError} From a turn: if the text is longer than `lengthMax`, or the match takes longer than `limitMs`,
 * whatever `onMismatch` says. From the constructor: if the pattern has no named group.
 * @throws {TypeError} From a turn: if there is no text.
 * @example
 * const parse = new ParseRegex(train, { pattern: /from (?<ip>\S+) port (?<port>\d+)/ })
 * assert.deepEqual(parse.turn('Failed password for root from 192.0.2.7 port 4711 ssh2'), [{ ip: '192.0.2.7', port: '4711' }])
 */
export class ParseRegex<Out = Record<string, string>, In = string> extends Cog<In, Out, Resolved<Out, In>> {
  static readonly baseConfig = parseRegexBaseConfig
  private readonly matcher: Matcher

  constructor(train: Winder, options: ParseRegexOptions<Out, In>) {
    super(train, { ...DEFAULTS, ...options } as Resolved<Out, In>)
    requireAtLeast(1, this.options, 'lengthMax')
    requireAtLeast(0, this.options, 'slowMs', 'limitMs')
    const { esc, log } = this.train
    this.matcher = new Matcher(options.pattern, this.options.engine, this.options, {
      now: () => esc.now(),
      slow: (pattern, tookMs, characters) => log.warn({ pattern, tookMs, characters }, SLOW_ADVICE),
    })
    if (this.matcher.names.length === 0) {
      throw new RangeError(`pattern must have at least one named group: it is ${describeValue(this.matcher.source)}`)
    }
  }

  turn(data: In): Turn<Out> {
    const { getter, setter, onMismatch } = this.options
    const text: unknown = getter(data)
    if (typeof text !== 'string') throw new TypeError(`what is matched must be text: it is ${describeValue(text)}`)
    const groups = this.matcher.match(text)
    if (groups !== null) return [setter(data, this.fields(groups) as Out)]
    if (onMismatch === 'pass') return [data as unknown as Out]
    if (onMismatch === 'drop') return null
    throw new SyntaxError(`the text must match ${describeValue(this.matcher.source)}: it is ${describeValue(text)}`)
  }

  private fields(groups: Groups): Record<string, string> {
    const fields: Record<string, string> = {}
    for (const name of this.matcher.names) {
      const value = groups[name]
      if (value !== undefined) setOwn(fields, name, value)
    }
    return fields
  }
}
