import {
  Modifier,
  describeValue,
  insert,
  requireAtLeast,
  setOwn,
  wholeGetter,
  wholeSetter,
  type Getter,
  type Setter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const parseKeyValueBaseConfig = insert({
  pairs: { doc: 'What stands between two pairs; a space stands for any white space.', format: 'text', default: ' ' },
  equals: { doc: 'What stands between a key and its value.', format: 'text', default: '=' },
  quotes: { doc: 'Each character that may stand around a value.', default: '"', live: true },
  bare: {
    doc: 'What becomes of a word without a value: a key that is true, nothing, or an error.',
    format: ['flag', 'skip', 'fail'],
    default: 'flag',
    live: true,
  },
  repeats: {
    doc: 'What becomes of a key that comes again: a list of its values, the first, the last, or an error.',
    format: ['list', 'first', 'last', 'fail'],
    default: 'list',
    live: true,
  },
  keysMax: { doc: 'How many pairs a text may have.', format: 'nat', min: 1, default: 1000, live: true },
})

type Insert = Settings<typeof parseKeyValueBaseConfig>

/** A value: text, true for a word without one, or a list if its key came again. */
export type KeyValue = string | true | (string | true)[]

/** The operator's settings, where the text is, and where the pairs go. */
export interface ParseKeyValueOptions<In, Out> extends Partial<Insert> {
  /** Reads the text; by default the datum is the text. */
  readonly getter?: Getter<In, string>
  /** Puts the pairs in; by default they take the place of the datum. */
  readonly setter?: Setter<In, Record<string, KeyValue>, Out>
}

type Resolved<In, Out> = Required<ParseKeyValueOptions<In, Out>>

const DEFAULTS = {
  pairs: ' ',
  equals: '=',
  quotes: '"',
  bare: 'flag',
  repeats: 'list',
  keysMax: 1000,
  getter: wholeGetter,
  setter: wholeSetter,
}

/**
 * Parse `key=value` pairs: logfmt, and what firewalls, auditd and many others write.
 *
 * In: a line of text, or any datum that holds one. Out: an object with a text for each key. A value may stand in
 * quotes, and then hold anything; within them `\"`, `\\`, `\n`, `\t`, `\r` and `\u00e9` are escapes, and before any
 * other character a backslash is itself.
 *
 * @throws {SyntaxError} From a turn: if a quote doesn't end, or if text follows it at once.
 * @throws {RangeError} From a turn: if there are more than `keysMax` pairs, or what `bare` or `repeats` forbids. From the
 * constructor: if a separator is empty.
 * @throws {TypeError} From a turn: if there is no text.
 * @example
 * const parse = new ParseKeyValue(train)
 * assert.deepEqual(parse.turn('level=info msg="say \\"hi\\"" cached'), [{ level: 'info', msg: 'say "hi"', cached: true }])
 */
export class ParseKeyValue<In = string, Out = Record<string, KeyValue>> extends Modifier<
  In,
  string,
  Record<string, KeyValue>,
  Out,
  Resolved<In, Out>
> {
  static readonly baseConfig = parseKeyValueBaseConfig

  constructor(train: Winder, options: ParseKeyValueOptions<In, Out> = {}) {
    super(train, { ...DEFAULTS, ...options } as Resolved<In, Out>)
    requireAtLeast(1, this.options, 'keysMax')
    const { pairs, equals } = this.options
    if (pairs === '' || equals === '' || pairs === equals) {
      throw new RangeError(
        `pairs and equals must be different texts: they are ${describeValue(pairs)} and ${describeValue(equals)}`,
      )
    }
  }

  compute(text: string): Record<string, KeyValue> {
    if (typeof (text as unknown) !== 'string') throw new TypeError(`pairs must be text: it is ${describeValue(text)}`)
    const { equals, keysMax } = this.options
    const found: Record<string, KeyValue> = {}
    let at = this.nextPair(text, 0)
    for (let count = 1; at < text.length; at = this.nextPair(text, at), count++) {
      if (count > keysMax) throw new RangeError(`a text must have at most ${keysMax} pairs (keysMax): it has more`)
      const middle = text.indexOf(equals, at)
      const end = this.endOfPair(text, at)
      if (middle === -1 || middle >= end) this.addBare(found, text.slice(at, end).trimEnd())
      else at = this.takeValue(found, text, text.slice(at, middle).trimEnd(), middle + equals.length)
      if (at < end) at = end
    }
    return found
  }

  /** Take the value that begins at `from`; gives where it ends. */
  private takeValue(found: Record<string, KeyValue>, text: string, key: string, from: number): number {
    const { pairs, quotes } = this.options
    if (key === '') throw new SyntaxError(`a key must not be empty: it is in ${describeValue(text)}`)
    const start = pairs === ' ' ? from : skipWhite(text, from)
    const quote = text.charAt(start)
    if (quote === '' || !quotes.includes(quote)) {
      const end = this.endOfPair(text, start)
      this.add(found, key, text.slice(start, end).trimEnd())
      return end
    }
    const end = endOfQuoted(text, start, quote)
    this.add(found, key, unescaped(text.slice(start + 1, end - 1), quote))
    const next = skipWhite(text, end)
    const isEnd = next === text.length || (pairs === ' ' ? next > end : text.startsWith(pairs, next))
    if (!isEnd) {
      throw new SyntaxError(`a value must end with its quote: it goes on in ${describeValue(text.slice(start))}`)
    }
    return end
  }

  private addBare(found: Record<string, KeyValue>, word: string): void {
    const { bare } = this.options
    if (bare === 'fail') throw new RangeError(`each word must have a value (bare): ${describeValue(word)} has none`)
    if (bare === 'flag') this.add(found, word, true)
  }

  private add(found: Record<string, KeyValue>, key: string, value: string | true): void {
    const { repeats } = this.options
    const before = Object.hasOwn(found, key) ? found[key] : undefined
    if (before === undefined || repeats === 'last') setOwn(found, key, value)
    else if (repeats === 'fail') throw new RangeError(`a key must come once (repeats): again is ${describeValue(key)}`)
    else if (repeats === 'list') {
      if (Array.isArray(before)) before.push(value)
      else setOwn(found, key, [before, value])
    }
  }

  /** Where the next pair begins: behind separators and white space. */
  private nextPair(text: string, from: number): number {
    const { pairs } = this.options
    let at = skipWhite(text, from)
    while (text.startsWith(pairs, at)) at = skipWhite(text, at + pairs.length)
    return at
  }

  private endOfPair(text: string, from: number): number {
    const { pairs } = this.options
    if (pairs !== ' ') {
      const end = text.indexOf(pairs, from)
      return end === -1 ? text.length : end
    }
    let at = from
    while (at < text.length && !isWhite(text.charCodeAt(at))) at++
    return at
  }
}

function isWhite(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13)
}

function skipWhite(text: string, from: number): number {
  let at = from
  while (isWhite(text.charCodeAt(at))) at++
  return at
}

/** Where the text goes on behind a value in quotes. */
function endOfQuoted(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at++) {
    const letter = text[at]
    if (letter === quote) return at + 1
    if (letter === '\\') at++
  }
  throw new SyntaxError(`a value in quotes must end with one: it is ${describeValue(text.slice(start))}`)
}

const ESCAPES: ReadonlyMap<string, string> = new Map(Object.entries({ n: '\n', t: '\t', r: '\r', '\\': '\\' }))

function unescaped(text: string, quote: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, (whole: string, hex: string | undefined, letter: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    return letter === quote ? quote : (ESCAPES.get(letter) ?? whole)
  })
}
