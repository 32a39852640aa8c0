import {
  Modifier,
  describeValue,
  wholeGetter,
  wholeSetter,
  type Getter,
  type Setter,
  type Winder,
} from '../lib/movement/index.js'

/** What is written, and where the text goes. */
export interface FormatJsonOptions<In, Out = string> {
  /** Reads what is to be written; by default the whole datum. */
  readonly getter?: Getter<In, unknown>
  /** Puts the text in; by default it takes the place of the datum. */
  readonly setter?: Setter<In, string, Out>
}

const DEFAULTS = { getter: wholeGetter, setter: wholeSetter }

/**
 * Write data as JSON: one line of text each, without a line end.
 *
 * In: any datum. Out: its JSON, as JSON.stringify gives it. Line breaks within strings are escaped, so that it is
 * one line whatever the datum holds.
 *
 * @throws {TypeError} From a turn: if there is no JSON for the datum (undefined, a function, a bigint, a circle).
 * @throws {RangeError} From a turn: if the datum is nested so deeply that the stack ends.
 * @example
 * assert.deepEqual(new FormatJson(train).turn({ ip: '192.0.2.1' }), ['{"ip":"192.0.2.1"}'])
 */
export class FormatJson<In = unknown, Out = string> extends Modifier<
  In,
  unknown,
  string,
  Out,
  Required<FormatJsonOptions<In, Out>>
> {
  constructor(train: Winder, options: FormatJsonOptions<In, Out> = {}) {
    super(train, { ...DEFAULTS, ...options } as Required<FormatJsonOptions<In, Out>>)
  }

  compute(piece: unknown): string {
    const text = JSON.stringify(piece) as string | undefined
    if (text === undefined) throw new TypeError(`there is no JSON for this: it is ${describeValue(piece)}`)
    return text
  }
}
