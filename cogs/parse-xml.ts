import { SaxesParser, type SaxesTagPlain } from 'saxes'
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
export const parseXmlBaseConfig = insert({
  attributePrefix: { doc: 'What stands before the names of attributes.', format: 'text', default: '@' },
  textKey: {
    doc: 'The name of the text of an element that has attributes or elements, too.',
    format: 'text',
    default: '#text',
  },
  lists: { doc: 'Elements that are a list also where there is one of them.', format: 'strings', default: [] },
  prefixes: { doc: 'Whether the prefix of a name space stays (`soap:Body`).', default: true },
  trim: { doc: 'Whether white space at the edges of text goes.', default: true },
  depthMax: { doc: 'How deeply elements may be nested.', format: 'nat', min: 1, default: 100, live: true },
  lengthMax: { doc: 'The longest document, in characters.', format: 'nat', min: 1, default: 1_048_576, live: true },
})

/** An element: its text if that is all, else its attributes, its elements by their names, and its text. */
export type XmlValue = string | { [name: string]: XmlValue | XmlValue[] }

/** The operator's settings, where the text is, and where the document goes. */
export interface ParseXmlOptions<In, Out> extends Partial<Settings<typeof parseXmlBaseConfig>> {
  /** Reads the text; by default the datum is the text. */
  readonly getter?: Getter<In, string>
  /** Puts the document in; by default it takes the place of the datum. */
  readonly setter?: Setter<In, Record<string, XmlValue>, Out>
}

type Resolved<In, Out> = Required<ParseXmlOptions<In, Out>>

const DEFAULTS = {
  attributePrefix: '@',
  textKey: '#text',
  lists: [],
  prefixes: true,
  trim: true,
  depthMax: 100,
  lengthMax: 1_048_576,
  getter: wholeGetter,
  setter: wholeSetter,
}

/** An element that has begun. */
interface Open {
  readonly name: string
  readonly parts: Record<string, XmlValue | XmlValue[]>
  hasParts: boolean
  text: string
}

/**
 * Parse an XML document.
 *
 * In: text, or any datum that holds some. Out: an object with the document's element by its name. An element that has
 * only text is that text; any other is an object with its attributes (`@name`), its elements, a list where a name comes
 * again, and its text (`#text`), in which what stood between elements is joined. The document must be well-formed.
 *
 * Nothing is fetched and nothing is expanded: a DOCTYPE is read over, and entities other than the five that XML has
 * itself (`&amp;` …) and numbers (`&#233;`) are errors.
 *
 * @throws {SyntaxError} From a turn: if it is no well-formed XML, with the line and the column.
 * @throws {RangeError} From a turn: if it is longer than `lengthMax` or nested deeper than `depthMax`. From the
 * constructor: if these are below 1.
 * @throws {TypeError} From a turn: if there is no text.
 * @example
 * const parse = new ParseXml(train)
 * const [document] = parse.turn('<event id="7"><user>anna</user><ip>192.0.2.1</ip><ip>192.0.2.2</ip></event>')
 * assert.deepEqual(document, { event: { '@id': '7', user: 'anna', ip: ['192.0.2.1', '192.0.2.2'] } })
 */
export class ParseXml<In = string, Out = Record<string, XmlValue>> extends Modifier<
  In,
  string,
  Record<string, XmlValue>,
  Out,
  Resolved<In, Out>
> {
  static readonly baseConfig = parseXmlBaseConfig
  private readonly lists: ReadonlySet<string>

  constructor(train: Winder, options: ParseXmlOptions<In, Out> = {}) {
    super(train, { ...DEFAULTS, ...options } as Resolved<In, Out>)
    requireAtLeast(1, this.options, 'depthMax', 'lengthMax')
    this.lists = new Set(this.options.lists)
  }

  compute(text: string): Record<string, XmlValue> {
    const { lengthMax } = this.options
    if (typeof (text as unknown) !== 'string') throw new TypeError(`XML must be text: it is ${describeValue(text)}`)
    if (text.length > lengthMax) {
      throw new RangeError(`XML must have at most ${lengthMax} characters (lengthMax): it has ${text.length}`)
    }
    const document: Record<string, XmlValue> = {}
    const stack: Open[] = [{ name: '', parts: document, hasParts: false, text: '' }]
    const parser = new SaxesParser({ xmlns: false, fragment: false })
    parser.on('error', (error) => {
      throw new SyntaxError(`cannot parse as XML: ${error.message}: ${describeValue(text)}`, { cause: error })
    })
    parser.on('opentag', (tag) => this.open(stack, tag))
    parser.on('text', (piece) => this.top(stack, piece))
    parser.on('cdata', (piece) => this.top(stack, piece))
    parser.on('closetag', () => this.close(stack))
    // What says that it is Latin-1 is text by now.
    parser.write(text.startsWith('\uFEFF') ? text.slice(1) : text).close()
    return document
  }

  private top(stack: readonly Open[], piece: string): void {
    const top = stack.at(-1)
    if (top !== undefined) top.text += piece
  }

  private open(stack: Open[], { name, attributes }: SaxesTagPlain): void {
    const { depthMax, attributePrefix } = this.options
    if (stack.length > depthMax) {
      throw new RangeError(`XML must be nested at most ${depthMax} deep (depthMax): at <${name}> it is deeper`)
    }
    const names = Object.keys(attributes)
    const parts: Record<string, XmlValue> = {}
    for (const attribute of names) setOwn(parts, attributePrefix + attribute, attributes[attribute])
    stack.push({ name: this.named(name), parts, hasParts: names.length > 0, text: '' })
  }

  private close(stack: Open[]): void {
    const { trim, textKey } = this.options
    const { name, parts, hasParts, text: whole } = stack.pop() as Open
    const above = stack.at(-1) as Open
    const text = trim ? whole.trim() : whole
    if (hasParts && text.trim() !== '') setOwn(parts, textKey, text)
    above.hasParts = true
    this.add(above.parts, name, hasParts ? parts : text)
  }

  private add(parts: Record<string, XmlValue | XmlValue[]>, name: string, value: XmlValue): void {
    const before = Object.hasOwn(parts, name) ? parts[name] : undefined
    if (before === undefined) setOwn(parts, name, this.lists.has(name) ? [value] : value)
    else if (Array.isArray(before)) before.push(value)
    else setOwn(parts, name, [before, value])
  }

  private named(name: string): string {
    return this.options.prefixes ? name : name.slice(name.indexOf(':') + 1)
  }
}
