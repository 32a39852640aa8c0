import {
  Mapper,
  insert,
  requireAtLeast,
  requireFunction,
  requireOneOf,
  wholeGetter,
  type Getter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'

const LEVELS = ['debug', 'info', 'warn'] as const

/** Configuration insert: what an operator may set. */
export const tapBaseConfig = insert({
  every: { doc: 'Of how many data one is looked at; the first is.', format: 'nat', min: 1, default: 1, live: true },
  level: { doc: 'At which level a datum is logged.', format: LEVELS, default: 'info', live: true },
  message: { doc: 'What the line in the log says.', format: 'text', default: 'passes', live: true },
})

/** The operator's settings, and who looks instead of the log. */
export interface TapOptions<T> extends Partial<Settings<typeof tapBaseConfig>> {
  /** Is called with what is looked at, and with how many data have come so far. Without it, that is logged. */
  readonly fn?: ((piece: unknown, count: number) => void) | null
  /** Reads what is looked at; by default the whole datum. */
  readonly getter?: Getter<T, unknown>
}

type Resolved<T> = Required<TapOptions<T>>

const DEFAULTS = { every: 1, level: 'info', message: 'passes', fn: null, getter: wholeGetter } as const

/**
 * Look at data as they pass: call a function, or write a sample of them to the log.
 *
 * In: any datum. Out: the same. What the function throws is the datum's failure.
 *
 * @throws {RangeError} If `every` is below 1, or `level` is none of its values.
 * @throws {TypeError} If `fn` is neither null nor a function.
 * @example
 * const seen = []
 * const tap = new Tap(train, { every: 2, fn: (piece, count) => seen.push([piece, count]) })
 * for (const data of ['a', 'b', 'c']) tap.turn(data)
 * assert.deepEqual(seen, [['a', 1], ['c', 3]])
 */
export class Tap<T> extends Mapper<T, T, Resolved<T>> {
  static readonly baseConfig = tapBaseConfig
  private count = 0

  constructor(train: Winder, options: TapOptions<T> = {}) {
    super(train, { ...DEFAULTS, ...options })
    requireAtLeast(1, this.options, 'every')
    const { fn } = this.options
    requireOneOf(LEVELS, this.options, 'level')
    if (fn !== null) requireFunction(this.options, 'fn')
  }

  one(data: T): T {
    const { every, fn, getter, level, message } = this.options
    this.count += 1
    if ((this.count - 1) % every !== 0) return data
    const piece = getter(data)
    if (fn !== null) fn(piece, this.count)
    else this.train.log[level]({ data: piece, count: this.count }, message)
    return data
  }
}
