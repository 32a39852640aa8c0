import { readFileSync } from 'node:fs'
import {
  Cog,
  ConfigError,
  describeValue,
  insert,
  itemGetter,
  itemSetter,
  requireAtLeast,
  toError,
  wholeGetter,
  wholeSetter,
  type Getter,
  type Setter,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'
import { GROK_PATTERNS } from '../lib/text/grok-patterns.js'
import { compileGrok, parseGrokPatterns, type FieldType } from '../lib/text/grok.js'
import { Matcher, SLOW_ADVICE, type Groups } from '../lib/text/matcher.js'
import { matchingConfig } from '../lib/text/matching-config.js'

/** Configuration insert: what an operator may set. */
export const parseGrokBaseConfig = insert({
  match: { doc: 'Grok expressions; the first that finds something counts: `%{COMBINEDAPACHELOG}`.', format: 'strings' },
  patternsFiles: {
    doc: 'Files with patterns of your own: on each line a name, a space and the pattern; # begins a comment.',
    format: 'paths',
    default: [],
  },
  ...matchingConfig,
})

type Insert = Settings<typeof parseGrokBaseConfig>

/** What a line becomes: a text or a number for each field, a list where several of that name took part. */
export type GrokFields = Record<string, unknown>

/** The operator's settings, patterns of your own, where the text is, and where the fields go. */
export interface ParseGrokOptions<Out, In = string> extends Partial<Omit<Insert, 'match'>> {
  readonly match: string | readonly string[]
  /** Patterns of your own by their names; they go before those of files, and these before the usual ones. */
  readonly patterns?: Readonly<Record<string, string>>
  /** Reads the text; by default the datum is the text. */
  readonly getter?: Getter<In, string>
  /** Puts the fields in; by default they take the place of the datum. */
  readonly setter?: Setter<In, Out, Out>
}

type Resolved<Out, In> = Required<ParseGrokOptions<Out, In>>

const DEFAULTS = {
  patternsFiles: [],
  patterns: {},
  onMismatch: 'fail',
  lengthMax: 65_536,
  slowMs: 50,
  limitMs: 0,
  engine: 'node',
  getter: wholeGetter,
  setter: wholeSetter,
}

/** One expression, ready. */
interface Expression {
  readonly matcher: Matcher
  readonly fields: readonly Field[]
}

/** A field: which group has its text, and how it is read and put in. */
interface Field {
  readonly group: string
  readonly name: string
  readonly type: FieldType
  readonly get: Getter<GrokFields, unknown>
  readonly set: Setter<GrokFields, unknown>
}

/**
 * Parse text with grok expressions: named patterns, as Logstash and many others know them.
 *
 * In: a line of text, or any datum that holds one. Out: an object with a text for each field that took part in the
 * match. `%{NUMBER:bytes:int}` and `:float` make numbers; an int that JavaScript can't hold exactly stays text.
 * `%{IP:[source][ip]}` nests. Where a field matches several times, it has the list of them. All the usual names are
 * there (COMBINEDAPACHELOG, SYSLOGLINE, HAPROXYHTTP …) with their usual fields; expressions match anywhere in the text
 * unless they begin with `^` and end with `$`.
 *
 * @throws {RangeError} From the constructor, or from start() if there are `patternsFiles`: if a pattern is unknown or
 * contains itself, or if no field is named. From a turn: if the text is longer than `lengthMax`, or the match takes
 * longer than `limitMs`.
 * @throws {SyntaxError} From a turn: if nothing matches and `onMismatch` is `fail`. From the constructor or start(): if
 * it gives no regular expression.
 * @throws {ConfigError} From start(): if a file of patterns can't be read.
 * @throws {TypeError} From a turn: if there is no text.
 * @example
 * const parse = new ParseGrok(train, { match: '%{IP:client} %{WORD:method} %{URIPATHPARAM:path} %{NUMBER:bytes:int}' })
 * const [fields] = parse.turn('192.0.2.7 GET /index.html 15824')
 * assert.deepEqual(fields, { client: '192.0.2.7', method: 'GET', path: '/index.html', bytes: 15824 })
 */
export class ParseGrok<Out = GrokFields, In = string> extends Cog<In, Out, Resolved<Out, In>> {
  static readonly baseConfig = parseGrokBaseConfig
  private expressions: readonly Expression[] = []

  constructor(train: Winder, options: ParseGrokOptions<Out, In>) {
    super(train, { ...DEFAULTS, ...options } as Resolved<Out, In>)
    requireAtLeast(1, this.options, 'lengthMax')
    requireAtLeast(0, this.options, 'slowMs', 'limitMs')
    if (this.options.patternsFiles.length === 0) this.compile([])
  }

  override start(): void {
    const { patternsFiles } = this.options
    if (patternsFiles.length > 0) this.compile(patternsFiles.map(readPatterns))
  }

  turn(data: In): Turn<Out> {
    const { getter, setter, onMismatch } = this.options
    const text: unknown = getter(data)
    if (typeof text !== 'string') throw new TypeError(`what is matched must be text: it is ${describeValue(text)}`)
    if (this.expressions.length === 0) throw new Error('cannot match before start(), which reads the patternsFiles')
    for (const { matcher, fields } of this.expressions) {
      const groups = matcher.match(text)
      if (groups !== null) return [setter(data, fieldsOf(groups, fields) as Out)]
    }
    if (onMismatch === 'pass') return [data as unknown as Out]
    if (onMismatch === 'drop') return null
    throw new SyntaxError(`the text must match ${describeValue(this.options.match)}: it is ${describeValue(text)}`)
  }

  private compile(files: readonly ReadonlyMap<string, string>[]): void {
    const { match, patterns } = this.options
    const { esc, log } = this.train
    const all = new Map([...GROK_PATTERNS, ...files.flatMap((file) => [...file]), ...Object.entries(patterns)])
    const watch = {
      now: () => esc.now(),
      slow: (pattern: string, tookMs: number, characters: number) =>
        log.warn({ pattern, tookMs, characters }, SLOW_ADVICE),
    }
    const expressions = (typeof match === 'string' ? [match] : match).map((expression) => {
      const { source, flags, fields } = compileGrok(expression, all)
      if (fields.length === 0) {
        throw new RangeError(`match must name at least one field: it is ${describeValue(expression)}`)
      }
      const matcher = new Matcher({ source, flags }, this.options.engine, this.options, watch)
      return { matcher, fields: fields.map(({ group, path, type }) => fieldAt(group, path, type)) }
    })
    if (expressions.length === 0) throw new RangeError('match must have at least one expression: it is empty')
    this.expressions = expressions
  }
}

function fieldAt(group: string, path: readonly string[], type: FieldType): Field {
  return { group, name: path.join('.'), type, get: itemGetter(path), set: itemSetter(path) }
}

function fieldsOf(groups: Groups, fields: readonly Field[]): GrokFields {
  const found: GrokFields = {}
  for (const { group, name, type, get, set } of fields) {
    const text = groups[group]
    if (text === undefined) continue
    const value = type === 'text' ? text : numberOf(text, type, name)
    const before = get(found)
    set(
      found,
      before === undefined ? value : Array.isArray(before) ? [...(before as unknown[]), value] : [before, value],
    )
  }
  return found
}

function numberOf(text: string, type: FieldType, name: string): number | string {
  const value = /^\s*0[xX]/.test(text) ? Number.parseInt(text, 16) : Number(text)
  if (text.trim() === '' || Number.isNaN(value)) {
    throw new RangeError(`the field ${describeValue(name)} must be a number: it is ${describeValue(text)}`)
  }
  if (type === 'float') return value
  const whole = Math.trunc(value)
  return Number.isSafeInteger(whole) ? whole : text
}

function readPatterns(path: string): Map<string, string> {
  try {
    return parseGrokPatterns(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ConfigError([`patternsFiles: cannot read ${path}: ${toError(error).message}`], { cause: error })
  }
}
