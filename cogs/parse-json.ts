import {
  Cog,
  describeValue,
  insert,
  requireAtLeast,
  wholeGetter,
  wholeSetter,
  type Getter,
  type Setter,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'
import { JsonLines, depthOf, isObject } from '../lib/text/json-lines.js'

/** Configuration insert: what an operator may set. */
export const parseJsonBaseConfig = insert({
  depthMax: { doc: 'How deeply lists and objects may be nested.', format: 'nat', min: 1, default: 1000, live: true },
  objectsOnly: {
    doc: 'Whether a line that is a bare number, string, list or null is an error.',
    default: true,
    live: true,
  },
})

/** The operator's settings, where the text is, and where the parsed value goes. */
export interface ParseJsonOptions<Out, In = string> extends Partial<Settings<typeof parseJsonBaseConfig>> {
  /** Reads the text; by default the datum is the text. */
  readonly getter?: Getter<In, string>
  /** Puts the value in; by default it takes the place of the datum. */
  readonly setter?: Setter<In, Out, Out>
}

type Resolved<Out, In> = Required<ParseJsonOptions<Out, In>>

const DEFAULTS = { depthMax: 1000, objectsOnly: true, getter: wholeGetter, setter: wholeSetter }

/**
 * Parse a line of JSON.
 *
 * In: a line of text, or any datum that holds one. Out: the parsed value; nothing for a blank line. A byte order mark
 * before the value is skipped. Names such as `__proto__` become own properties.
 *
 * @throws {SyntaxError} From a turn: if the text is no JSON.
 * @throws {RangeError} From a turn: if it is nested deeper than `depthMax`; from the constructor if that is below 1.
 * @throws {TypeError} From a turn: if it is no object and `objectsOnly` is set, or if the getter finds no text.
 * @example
 * const parse = new ParseJson<{ ip: string }>(train)
 * assert.deepEqual(parse.turn('{"ip":"192.0.2.1"}'), [{ ip: '192.0.2.1' }])
 * assert.equal(parse.turn(''), null)
 */
export class ParseJson<Out = Record<string, unknown>, In = string> extends Cog<In, Out, Resolved<Out, In>> {
  static readonly baseConfig = parseJsonBaseConfig
  /**
   * Parse many lines at once: a text of lines joined by '\n', none behind the last. Gives exactly one value a line,
   * or null where any line is unusual (blank, bad, too deep): then `turn` has to look at each. The property itself
   * is null where the getter or the setter isn't the default one.
   */
  readonly batch: ((text: string) => Out[] | null) | null
  /** The same of their bytes in UTF-8, which takes a sixth less; null also where a text has to be made of them. */
  readonly batchBytes: ((bytes: Buffer) => Out[] | null) | null

  constructor(train: Winder, options: ParseJsonOptions<Out, In> = {}) {
    super(train, { ...DEFAULTS, ...options } as Resolved<Out, In>)
    requireAtLeast(1, this.options, 'depthMax')
    const { getter, setter } = this.options
    const whole = (getter as unknown) === wholeGetter && (setter as unknown) === wholeSetter
    const lines = new JsonLines()
    this.batch = whole ? (text) => lines.ofText(text, this.options) as Out[] | null : null
    this.batchBytes = whole ? (bytes) => lines.ofBytes(bytes, this.options) as Out[] | null : null
  }

  turn(data: In): Turn<Out> {
    const { getter, setter, depthMax, objectsOnly } = this.options
    const text = getter(data)
    if (text === '') return null
    if (typeof text !== 'string') throw new TypeError(`the JSON must be text: it is ${describeValue(text)}`)
    if (text.length > 2 * depthMax) requireDepth(text, depthMax)
    const value = parseLine(text)
    if (value === undefined) return null
    if (objectsOnly && !isObject(value)) {
      throw new TypeError(`the JSON must be an object (objectsOnly): it is ${describeValue(value)}`)
    }
    return [setter(data, value as Out)]
  }
}

/** The value; undefined for a blank line. */
function parseLine(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // trim() takes a byte order mark away too, so that only lines that JSON.parse refused pay for it.
    const bare = text.trim()
    if (bare === '') return undefined
    if (text.startsWith('\uFEFF')) return parseLine(text.slice(1))
    throw new SyntaxError(`cannot parse as JSON: ${(error as Error).message}: ${describeValue(bare)}`, { cause: error })
  }
}

function requireDepth(text: string, depthMax: number): void {
  if (depthOf(text, depthMax) > depthMax) {
    throw new RangeError(`the JSON must be nested at most ${depthMax} deep (depthMax): it is ${describeValue(text)}`)
  }
}
