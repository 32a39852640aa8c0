import { createRequire } from 'node:module'
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

  constructor(train: Winder, options: ParseJsonOptions<Out, In> = {}) {
    super(train, { ...DEFAULTS, ...options } as Resolved<Out, In>)
    requireAtLeast(1, this.options, 'depthMax')
    const { getter, setter } = this.options
    const whole = (getter as unknown) === wholeGetter && (setter as unknown) === wholeSetter
    this.batch = whole ? (text) => this.parseLines(text) : null
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

  private parseLines(text: string): Out[] | null {
    const { depthMax, objectsOnly } = this.options
    return parseLines(text, depthMax, objectsOnly) as Out[] | null
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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

// A separator that no line can know stands as an element between the lines. If every second element is it, and there
// are as many as there were line ends, then no line was half a value, and none was two.
let drawn = 0

/** Its number, drawn with the first lines: node:crypto would keep every start waiting. */
function nonceOf(): number {
  if (drawn === 0) {
    const { randomInt } = createRequire(import.meta.url)('node:crypto') as typeof import('node:crypto')
    drawn = randomInt(100_000_000, 1_000_000_000)
  }
  return drawn
}

function parseLines(text: string, depthMax: number, objectsOnly: boolean): unknown[] | null {
  if (!isShallow(text, depthMax)) return null
  const flat = joinFlat(text)
  return flat === null ? parseSeparated(text, objectsOnly) : parseFlat(flat, flat.length - text.length + 1)
}

/**
 * Lines that all begin an object, in a text without lists, need no separator that is checked: a line that ends within a
 * value would go on with an object where only a name or more of a string may stand. Null if they are others. The engine
 * parses objects that stand side by side faster than those with something between.
 */
function joinFlat(text: string): string | null {
  if (!text.startsWith('{') || text.includes('[')) return null
  const joined = text.replaceAll('\n{', ',\r{')
  return joined.includes('\n') ? null : joined
}

function parseFlat(joined: string, lines: number): unknown[] | null {
  try {
    const values = JSON.parse(`[${joined}]`) as unknown[]
    return values.length === lines ? values : null // With more, some line holds several.
  } catch {
    return null // turn() finds the line that is to blame, and says so.
  }
}

function parseSeparated(text: string, objectsOnly: boolean): unknown[] | null {
  const nonce = nonceOf()
  const separator = `,${nonce},`
  const joined = text.replaceAll('\n', separator)
  const ends = (joined.length - text.length) / (separator.length - 1)
  let values: unknown[]
  try {
    values = JSON.parse(`[${joined}]`) as unknown[]
  } catch {
    return null // turn() finds the line that is to blame, and says so.
  }
  if (values.length !== 2 * ends + 1) return null
  const found = new Array<unknown>(ends + 1)
  for (let i = 0; i <= ends; i++) {
    const value = values[2 * i]
    if (objectsOnly && !isObject(value)) return null
    if (i > 0 && values[2 * i - 1] !== nonce) return null
    found[i] = value
  }
  return found
}

/**
 * Whether no line can be nested too deeply: it would take two characters a level. Looks only at one line end in so
 * many characters, which costs a few nanoseconds a line where a look at each would cost twenty.
 */
function isShallow(text: string, depthMax: number): boolean {
  const step = 2 * depthMax + 1
  let at = -1
  while (at + step < text.length) {
    const end = text.lastIndexOf('\n', at + step)
    if (end > at) at = end
    else {
      const next = text.indexOf('\n', at + step)
      const line = text.slice(at + 1, next === -1 ? undefined : next)
      if (depthOf(line, depthMax) > depthMax) return false
      at = next === -1 ? text.length : next
    }
  }
  return true
}

function requireDepth(text: string, depthMax: number): void {
  if (depthOf(text, depthMax) > depthMax) {
    throw new RangeError(`the JSON must be nested at most ${depthMax} deep (depthMax): it is ${describeValue(text)}`)
  }
}

/** How deeply the brackets of a text are nested; stops counting once that is more than `enough`. */
function depthOf(text: string, enough: number): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length && deepest <= enough; i++) {
    const code = text.charCodeAt(i)
    if (code === 34) i = endOfString(text, i)
    else if (code === 91 || code === 123) deepest = Math.max(deepest, ++depth)
    else if (code === 93 || code === 125) depth--
  }
  return deepest
}

function endOfString(text: string, start: number): number {
  let i = start + 1
  for (; i < text.length && text.charCodeAt(i) !== 34; i++) if (text.charCodeAt(i) === 92) i++
  return i
}
