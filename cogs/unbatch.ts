import {
  Cog,
  describeValue,
  requireFunction,
  wholeGetter,
  type Getter,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'

/** Where the list is. */
export interface UnbatchOptions<In, Out> {
  /** Reads the list; by default the whole datum. */
  readonly getter?: Getter<In, Iterable<Out>>
}

/**
 * Let each datum of a list go on by itself.
 *
 * In: a list, or anything else that can be gone through but text. Out: each of its data; the event of the list is over
 * when all of them are. An empty list gives nothing.
 *
 * @throws {TypeError} If `getter` is no function. From a turn: if there is no list.
 * @example
 * const unbatch = new Unbatch(train)
 * assert.deepEqual(unbatch.turn([1, 2]), [1, 2])
 */
export class Unbatch<In = unknown, Out = unknown> extends Cog<In, Out, Required<UnbatchOptions<In, Out>>> {
  constructor(train: Winder, options: UnbatchOptions<In, Out> = {}) {
    super(train, { getter: wholeGetter as Getter<In, Iterable<Out>>, ...options })
    requireFunction(this.options, 'getter')
  }

  turn(data: In): Turn<Out> {
    const list: unknown = this.options.getter(data)
    if (typeof list === 'object' && list !== null && Symbol.iterator in list) return list as Iterable<Out>
    throw new TypeError(`a batch must be a list: it is ${describeValue(list)}`)
  }
}
