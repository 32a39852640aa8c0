import {
  Modifier,
  requireFunction,
  wholeGetter,
  wholeSetter,
  type Getter,
  type Setter,
  type Winder,
} from '../lib/movement/index.js'

/** The function, what it gets, and where its result goes. */
export interface MapOptions<In, Piece, Result, Out> {
  /** Gets the piece, gives the result. */
  readonly fn: (piece: Piece) => Result
  /** Reads the piece; by default the whole datum. */
  readonly getter?: Getter<In, Piece>
  /** Puts the result in; by default it takes the place of the datum. */
  readonly setter?: Setter<In, Result, Out>
}

/**
 * Apply a function to every datum, or to one piece of it.
 *
 * In: any datum. Out: exactly one datum, also where the function gives null, undefined or a list. The function is not
 * to answer with a promise; a plain `async` function is a cog of its own.
 *
 * The name hides the global Map in the file that imports it: `import { Map as MapEach }` where both are needed.
 *
 * @throws {TypeError} From the constructor: if `fn` is not a function. From a turn: whatever `fn` throws.
 * @example
 * const upper = new Map(train, { fn: (text) => text.toUpperCase(), getter: itemGetter('level'), setter: itemSetter('level') })
 * assert.deepEqual(upper.turn({ level: 'info' }), [{ level: 'INFO' }])
 * assert.deepEqual(new Map(train, { fn: (n) => n + 1 }).turn(1), [2])
 */
export class Map<In, Result, Piece = In, Out = Result> extends Modifier<
  In,
  Piece,
  Result,
  Out,
  Required<MapOptions<In, Piece, Result, Out>>
> {
  private readonly fn: (piece: Piece) => Result

  constructor(train: Winder, options: MapOptions<In, Piece, Result, Out>) {
    super(train, { getter: wholeGetter, setter: wholeSetter, ...options } as Required<
      MapOptions<In, Piece, Result, Out>
    >)
    requireFunction(options, 'fn')
    this.fn = options.fn
  }

  compute(piece: Piece): Result {
    return this.fn(piece)
  }
}
