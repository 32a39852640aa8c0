import {
  Keeper,
  describeValue,
  insert,
  itemGetter,
  requireFunction,
  requireOneOf,
  type Getter,
  type Line,
  type Settings,
  type Train,
  type Winder,
} from '../lib/movement/index.js'
import { fieldPath } from '../lib/text/field-path.js'

const ON_UNROUTED = ['fail', 'drop'] as const

/** Configuration insert: what an operator may set. */
export const routeBaseConfig = insert({
  field: {
    doc: 'The field whose text names the line: a key, or a path such as `/log/app`.',
    format: 'text',
    default: null,
  },
  onUnrouted: { doc: 'What is done with a datum that no line wants.', format: ON_UNROUTED, default: 'fail' },
})

/** By what data are led: exactly one of `field`, `keyGetter` and `when`. */
export interface RouteOptions<T> extends Partial<Settings<typeof routeBaseConfig>> {
  /** Reads the name of the line. */
  readonly keyGetter?: Getter<T, unknown> | null
  /** A condition for each line, by its name; the first that is met counts. */
  readonly when?: Readonly<Record<string, (data: T) => boolean>> | null
}

/** A way that Route leads into, as `line.to` takes it. */
export interface Routed<T> {
  readonly line: Line<T>
  readonly shared: boolean
}

/**
 * Lead each datum into one of several lines, by a field, a key or conditions.
 *
 * It stands between lines: `line.to(...route.into({ sshd: one, nginx: other }, rest))`. Each datum goes into the line of
 * its name, one of no such name into the rest, or, without one, it fails or is dropped. No datum is copied, since each
 * goes on in one line only.
 *
 * @throws {RangeError} If not exactly one of `field`, `keyGetter` and `when` is given; from into(): if there is no line,
 * or a condition has none.
 * @throws {TypeError} If `keyGetter` or a condition is no function.
 * @example
 * const route = new Route(train, { field: 'app' })
 * const ways = route.into({ sshd: train.line(({ text }) => [`ssh ${text}`]) }, train.line(({ text }) => [`other ${text}`]))
 * assert.equal(ways.length, 2)
 */
export class Route<T> {
  static readonly baseConfig = routeBaseConfig
  private readonly train: Train
  private readonly onUnrouted: (typeof ON_UNROUTED)[number]
  private readonly nameOf: (data: T) => string | null
  /** Where a datum goes that some line may have changed by the time when the next is asked. */
  private readonly decided = new WeakMap<object, string | null>()

  constructor(train: Train, options: RouteOptions<T>) {
    this.train = train
    const { onUnrouted = 'fail' } = options
    requireOneOf(ON_UNROUTED, { onUnrouted }, 'onUnrouted')
    this.onUnrouted = onUnrouted
    this.nameOf = namerOf(options)
  }

  /** The ways into these lines, and into one for the rest. */
  into(lines: Readonly<Record<string, Line<T>>>, rest: Line<T> | null = null): Routed<T>[] {
    const names = Object.keys(lines)
    if (names.length === 0) throw new RangeError('a route must lead into at least one line: there is none')
    const known = new Set(names)
    const ways = Object.entries(lines).map(([name, line]) => this.way(name, known, line))
    return [...ways, this.way(null, known, rest)]
  }

  private way(name: string | null, known: ReadonlySet<string>, line: Line<T> | null): Routed<T> {
    const gate = new Gate<T>(this.train, {
      route: name ?? 'the rest',
      isOpen: (data) => {
        const found = this.decide(data, known)
        // The gate of the rest is the last that is asked.
        if (name === null && isObject(data)) this.decided.delete(data)
        if (name !== null || found !== null || line !== null) return found === name
        if (this.onUnrouted === 'drop') return false
        const rule = `must lead to one of ${[...known].join(', ')} (onUnrouted)`
        throw new RangeError(`a datum ${rule}: it leads to ${describeValue(this.nameOf(data))}`)
      },
    })
    const way = this.train.line(gate)
    return { line: line === null ? way : way.to(line), shared: true }
  }

  private decide(data: T, known: ReadonlySet<string>): string | null {
    const before = isObject(data) ? this.decided.get(data) : undefined
    if (before !== undefined) return before
    const name = this.nameOf(data)
    const found = name !== null && known.has(name) ? name : null
    if (isObject(data)) this.decided.set(data, found)
    return found
  }
}

/** The beginning of one way. */
class Gate<T> extends Keeper<T, { readonly route: string; readonly isOpen: (data: T) => boolean }> {
  private readonly isOpen: (data: T) => boolean

  constructor(train: Winder, options: { readonly route: string; readonly isOpen: (data: T) => boolean }) {
    super(train, options)
    this.isOpen = options.isOpen
  }

  test(data: T): boolean {
    return this.isOpen(data)
  }
}

function namerOf<T>({ field = null, keyGetter = null, when = null }: RouteOptions<T>): (data: T) => string | null {
  const given = [field, keyGetter, when].filter((one) => one !== null)
  if (given.length !== 1) {
    throw new RangeError(`exactly one of field, keyGetter and when must be given: there are ${given.length}`)
  }
  if (when !== null) {
    const conditions = Object.entries(when)
    requireFunction(when, ...Object.keys(when))
    return (data) => conditions.find(([, isMet]) => isMet(data))?.[0] ?? null
  }
  const getter = field === null ? (keyGetter as Getter<T, unknown>) : itemGetter<T, unknown>(fieldPath(field))
  requireFunction({ keyGetter: getter }, 'keyGetter')
  return (data) => {
    const key = getter(data)
    return typeof key === 'string' ? key : key === undefined || key === null ? null : describeValue(key)
  }
}

function isObject(data: unknown): data is object {
  return typeof data === 'object' && data !== null
}
