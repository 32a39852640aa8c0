import {
  Cog,
  describeValue,
  insert,
  itemGetter,
  itemSetter,
  requireAtLeast,
  shallowCopy,
  wholeGetter,
  wholeSetter,
  type Getter,
  type Setter,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'
import { fieldPath } from '../lib/text/field-path.js'

/** Configuration insert: what an operator may set. */
export const splitBaseConfig = insert({
  field: {
    doc: 'The field with the list: a key, or a path such as `/aws/Records`; not set: the datum is the list.',
    format: 'text',
    default: null,
  },
  as: {
    doc: 'The field that each item becomes; not set: the item takes the place of the datum.',
    format: 'text',
    default: null,
  },
  onMissing: {
    doc: 'What is done with a datum that has no list: it fails, passes as it is, or is dropped.',
    format: ['fail', 'pass', 'drop'],
    default: 'fail',
    live: true,
  },
  itemsMax: { doc: 'How many items a list may have.', format: 'nat', min: 1, default: 100_000, live: true },
})

/** The operator's settings, or how the list is read and an item put in. */
export interface SplitOptions<In, Item, Out> extends Partial<Settings<typeof splitBaseConfig>> {
  /** Reads the list, instead of `field`. */
  readonly getter?: Getter<In, readonly Item[]>
  /** Puts one item into a copy of the datum, instead of `as`. */
  readonly setter?: Setter<In, Item, Out>
}

type Resolved<In, Item, Out> = Required<SplitOptions<In, Item, Out>>

/**
 * Make many data of one that has a list.
 *
 * In: a datum with a list. Out: one datum for each item: the item itself, or, with `as` or a setter, a copy of the datum
 * with the item in it; nothing for an empty list. All of them belong to the one event, which is over when the last of
 * them is.
 *
 * @throws {TypeError} From a turn: if there is no list and `onMissing` is `fail`.
 * @throws {RangeError} From a turn: if a list has more than `itemsMax` items. From the constructor: if that is below 1.
 * @example
 * const split = new Split(train, { field: 'ips', as: 'ip' })
 * const data = { user: 'anna', ips: ['192.0.2.1', '192.0.2.2'] }
 * assert.deepEqual(split.turn(data).map(({ user, ip }) => [user, ip]), [['anna', '192.0.2.1'], ['anna', '192.0.2.2']])
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a list holds, only the user knows
export class Split<In = any, Item = any, Out = Item> extends Cog<In, Out, Resolved<In, Item, Out>> {
  static readonly baseConfig = splitBaseConfig
  /** Whether each item gets a copy of the datum. */
  private readonly copies: boolean

  constructor(train: Winder, options: SplitOptions<In, Item, Out> = {}) {
    const { field = null, as = null } = options
    const defaults = {
      ...{ field: null, as: null, onMissing: 'fail', itemsMax: 100_000 },
      getter: field === null ? wholeGetter : itemGetter(fieldPath(field)),
      setter: as === null ? wholeSetter : itemSetter(fieldPath(as), { copy: true }),
    }
    super(train, { ...defaults, ...options } as Resolved<In, Item, Out>)
    requireAtLeast(1, this.options, 'itemsMax')
    this.copies = options.setter !== undefined
  }

  turn(data: In): Turn<Out> {
    const { getter, setter, itemsMax } = this.options
    const list: unknown = getter(data)
    if (!Array.isArray(list)) return this.missing(data, list)
    if (list.length > itemsMax) {
      throw new RangeError(`a list must have at most ${itemsMax} items (itemsMax): it has ${list.length}`)
    }
    return (list as Item[]).map((item) => setter(this.copies ? shallowCopy(data) : data, item))
  }

  private missing(data: In, found: unknown): Turn<Out> {
    const { onMissing } = this.options
    if (onMissing === 'pass') return [data as unknown as Out]
    if (onMissing === 'drop') return null
    throw new TypeError(`what is split must be a list (onMissing): it is ${describeValue(found)}`)
  }
}
