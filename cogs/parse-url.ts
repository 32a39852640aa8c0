import {
  Modifier,
  describeValue,
  insert,
  itemGetter,
  requireAtLeast,
  setOwn,
  setterLike,
  type Getter,
  type Setter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const parseUrlBaseConfig = insert({
  parametersMax: { doc: 'How many parameters a query may have.', format: 'nat', min: 1, default: 1000, live: true },
  lengthMax: { doc: 'The longest URL, in characters.', format: 'nat', min: 1, default: 65_536, live: true },
})

/** The parts of a URL; null for one that isn't there. */
export interface ParsedUrl {
  scheme: string | null
  user: string | null
  password: string | null
  /** In lower case and in ASCII (`xn--…`); an IPv6 address without its brackets. */
  host: string | null
  /** As it is written, or else that of the scheme. */
  port: number | null
  /** As it is written, with its percent signs. */
  path: string
  /** Decoded; a parameter that comes again has a list. */
  query: Record<string, string | string[]>
  fragment: string | null
}

/** The operator's settings, where the URL is, and where its parts go. */
export interface ParseUrlOptions<In, Out = In> extends Partial<Settings<typeof parseUrlBaseConfig>> {
  /** Reads the text; by default the key `url`. */
  readonly getter?: Getter<In, string>
  /** Puts the parts in; by default in the place where the getter reads. */
  readonly setter?: Setter<In, ParsedUrl, Out>
}

type Resolved<In, Out> = Required<ParseUrlOptions<In, Out>>

const DEFAULTS = { parametersMax: 1000, lengthMax: 65_536 }

/** Stands for the server where a log has the path alone. */
const NOWHERE = 'http://nowhere.invalid'
const PORTS: ReadonlyMap<string, number> = new Map(
  Object.entries({ http: 80, https: 443, ws: 80, wss: 443, ftp: 21, ssh: 22, ldap: 389, ldaps: 636 }),
)

/**
 * Take a URL apart, by the rules of browsers (https://url.spec.whatwg.org).
 *
 * In: any datum with a URL, or with a path and a query, as a web server logs them. Out: the same datum with its parts.
 *
 * @throws {SyntaxError} From a turn: if it is no URL and doesn't begin with a slash.
 * @throws {RangeError} From a turn: if it is longer than `lengthMax`, or has more parameters than `parametersMax`. From
 * the constructor: if these are below 1.
 * @throws {TypeError} From a turn: if there is no text.
 * @example
 * const [{ url }] = new ParseUrl(train).turn({ url: 'https://www.example.org/a%20b?q=x+y&tag=1&tag=2#top' })
 * assert.deepEqual([url.scheme, url.host, url.port, url.path], ['https', 'www.example.org', 443, '/a%20b'])
 * assert.deepEqual(url.query, { q: 'x y', tag: ['1', '2'] })
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- by default any object with a URL
export class ParseUrl<In = any, Out = In> extends Modifier<In, string, ParsedUrl, Out, Resolved<In, Out>> {
  static readonly baseConfig = parseUrlBaseConfig

  constructor(train: Winder, options: ParseUrlOptions<In, Out> = {}) {
    const { getter = itemGetter<In, string>('url'), setter = setterLike(getter) } = options
    super(train, { ...DEFAULTS, ...options, getter, setter })
    requireAtLeast(1, this.options, 'parametersMax', 'lengthMax')
  }

  compute(text: string): ParsedUrl {
    const { lengthMax } = this.options
    if (typeof (text as unknown) !== 'string') throw new TypeError(`a URL must be text: it is ${describeValue(text)}`)
    if (text.length > lengthMax) {
      throw new RangeError(`a URL must have at most ${lengthMax} characters (lengthMax): it has ${text.length}`)
    }
    const isPath = text.startsWith('/')
    // Before the path, since two slashes would begin a host.
    const url = parsed(isPath ? NOWHERE + text : text, text)
    const scheme = isPath ? null : url.protocol.slice(0, -1)
    return {
      scheme,
      user: decoded(url.username),
      password: decoded(url.password),
      host: isPath ? null : unlessEmpty(url.hostname.replace(/^\[|\]$/g, '')),
      port: isPath ? null : url.port === '' ? (PORTS.get(scheme ?? '') ?? null) : Number(url.port),
      path: url.pathname,
      query: this.parameters(url.searchParams),
      fragment: unlessEmpty(url.hash.slice(1)),
    }
  }

  private parameters(parameters: URLSearchParams): Record<string, string | string[]> {
    const { parametersMax } = this.options
    const found: Record<string, string | string[]> = {}
    let count = 0
    for (const [name, value] of parameters) {
      if (++count > parametersMax) {
        throw new RangeError(`a URL must have at most ${parametersMax} parameters (parametersMax): it has more`)
      }
      const before = Object.hasOwn(found, name) ? found[name] : undefined
      if (before === undefined) setOwn(found, name, value)
      else if (Array.isArray(before)) before.push(value)
      else setOwn(found, name, [before, value])
    }
    return found
  }
}

function parsed(whole: string, text: string): URL {
  try {
    return new URL(whole)
  } catch (error) {
    throw new SyntaxError(`cannot parse as a URL: ${describeValue(text)}`, { cause: error })
  }
}

/** What stands before the host; what is no valid encoding stays as it is. */
function decoded(text: string): string | null {
  try {
    return unlessEmpty(decodeURIComponent(text))
  } catch {
    return text
  }
}

function unlessEmpty(text: string): string | null {
  return text === '' ? null : text
}
