import {
  Keeper,
  insert,
  itemGetter,
  requireFunction,
  wholeGetter,
  type Getter,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. One condition, and the key that it is asked of. */
export const filterBaseConfig = insert({
  field: { doc: 'The key whose value is looked at; not set: the whole datum.', format: 'text', default: null },
  equals: { doc: 'Keep what is exactly this text.', format: 'string', default: null },
  oneOf: { doc: 'Keep what is exactly one of these texts.', format: 'strings', default: null },
  matches: { doc: 'Keep what this regular expression finds something in.', format: 'regexp', default: null },
  negate: { doc: 'Whether to keep the rest instead.', default: false },
})

/** What is looked at, and exactly one condition; null counts as not given. */
export interface FilterOptions<In, Piece = unknown> {
  /** Reads what is looked at; by default the key `field`, or else the whole datum. */
  readonly getter?: Getter<In, Piece>
  readonly field?: string | null
  /** Keep what is this very value: numbers and texts are never equal. */
  readonly equals?: string | number | boolean | bigint | null
  /** Keep what is one of these values. */
  readonly oneOf?: Iterable<unknown> | null
  /** Keep what this expression finds something in. Numbers are read as text; undefined and null never match. */
  readonly matches?: RegExp | null
  /** Keep what this function says true of. */
  readonly test?: ((piece: Piece) => boolean) | null
  /** Keep the rest instead. */
  readonly negate?: boolean
}

/**
 * Keep the data that meet a condition, and swallow the rest.
 *
 * In: any datum. Out: the same datum, or nothing.
 *
 * @throws {RangeError} From the constructor: if there is no condition, or more than one.
 * @example
 * const filter = new Filter(train, { getter: itemGetter('level'), equals: 'info' })
 * assert.deepEqual(filter.turn({ level: 'info' }), [{ level: 'info' }])
 * assert.equal(filter.turn({ level: 'debug' }), null)
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- by default a piece is whatever the getter finds
export class Filter<In, Piece = any> extends Keeper<In, FilterOptions<In, Piece>> {
  static readonly baseConfig = filterBaseConfig
  private readonly getter: Getter<In, Piece>
  private readonly isMet: (piece: Piece) => boolean
  private readonly wanted: boolean

  constructor(train: Winder, options: FilterOptions<In, Piece>) {
    super(train, options)
    const { field, getter, negate } = options
    this.getter = getter ?? (typeof field === 'string' ? itemGetter(field) : (wholeGetter as Getter<In, Piece>))
    this.isMet = conditionOf(options)
    this.wanted = negate !== true
  }

  test(data: In): boolean {
    return this.isMet(this.getter(data)) === this.wanted
  }
}

function conditionOf<Piece>(options: FilterOptions<never, Piece>): (piece: Piece) => boolean {
  const { equals, oneOf, matches, test } = options
  const given = Object.entries({ equals, oneOf, matches, test }).filter(
    ([, value]) => value !== undefined && value !== null,
  )
  if (given.length !== 1) {
    const names = given.map(([name]) => name).join(' and ')
    throw new RangeError(`a filter must have one condition (equals, oneOf, matches, test): it has ${names || 'none'}`)
  }
  if (test) {
    requireFunction(options, 'test')
    return test
  }
  if (oneOf) {
    const values = new Set(oneOf)
    return (piece) => values.has(piece)
  }
  if (matches) {
    // Global and sticky expressions remember where they were: half of their matches would be missed.
    const pattern = new RegExp(matches.source, matches.flags.replace(/[gy]/g, ''))
    return (piece) => piece !== undefined && piece !== null && pattern.test(String(piece))
  }
  return (piece) => piece === equals
}
