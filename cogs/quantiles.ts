import {
  TALLY_DEFAULTS,
  Tally,
  describeValue,
  insert,
  itemGetter,
  requireAtLeast,
  requireFunction,
  tallyConfig,
  type Getter,
  type Json,
  type Settings,
  type TallyOptions,
  type TallyPeriod,
  type Winder,
} from '../lib/movement/index.js'
import { requireNumber } from '../lib/numbers/amount.js'
import { QuantileSketch, type KeptSketch } from '../lib/numbers/quantile-sketch.js'

/** Configuration insert: what an operator may set. */
export const quantilesBaseConfig = insert({
  ...tallyConfig,
  quantiles: {
    doc: 'Which are given: `p99.9` is what 99.9 % of the numbers are at most.',
    format: 'strings',
    default: ['p50', 'p90', 'p99'],
  },
  accuracy: {
    doc: 'How far a quantile may be from the true number, as a part of it: 0.01 is 1 %.',
    format: 'number',
    min: 0.0001,
    max: 0.5,
    default: 0.01,
  },
  bucketsMax: {
    doc: 'How many counters a key has for numbers above zero, and for those below; what is nearest to zero loses its accuracy first.',
    format: 'nat',
    min: 1,
    default: 2048,
  },
})

/** The operator's settings, with defaults, by what data are told apart, and where the number is. */
export interface QuantilesOptions<In> extends Partial<Settings<typeof quantilesBaseConfig>> {
  /** Reads the key; without it all data are taken together. */
  readonly keyGetter?: Getter<In, string | number>
  /** Reads the number; by default the key `value`. */
  readonly getter?: Getter<In, number>
}

type Resolved<In> = TallyOptions<In> & Settings<typeof quantilesBaseConfig> & { readonly getter: Getter<In, number> }

/** The numbers of a key in a period; each quantile stands under its own name. */
export interface Measured extends TallyPeriod {
  readonly count: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly [quantile: `p${number}`]: number
}

/**
 * Say what most numbers are at most, by key, once a period: the median, the 99th percentile.
 *
 * In: any datum with a finite number. Out: `{ key, count, min, max, mean, p50, p90, p99, fromMs, toMs }` for each key that
 * came, at each multiple of `periodMs` by the clock on the wall, with more than `keysMax` keys, and when the train stops;
 * `key` is null without a `keyGetter`, and the times are ms since the Unix epoch. An event is over once the result that it is
 * in has been written. What is gathered outlives a crash with the train's check-points.
 *
 * The number of rank `floor(p / 100 * (count - 1))` is given to within `accuracy` of itself, below zero too, in memory that
 * doesn't grow with the data: a DDSketch. With the defaults that holds for numbers whose largest is up to 10^17 times the
 * smallest. `count`, `min`, `max`, `p0` and `p100` are exact.
 *
 * @throws {RangeError} If `periodMs`, `keysMax` or `bucketsMax` is below 1, `accuracy` is not from 0.0001 to 0.5, or a
 * quantile is none of p0 to p100.
 * @throws {TypeError} If an accessor is no function. From a turn: if it is no finite number.
 * @example
 * const times = new Quantiles(train, { getter: itemGetter('ms'), quantiles: ['p50', 'p99.9'] })
 * assert.equal(String(times).startsWith('Quantiles(periodMs=60000'), true)
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- by default any object with a number
export class Quantiles<In = any> extends Tally<In, QuantileSketch, Measured, Resolved<In>> {
  static readonly baseConfig = quantilesBaseConfig

  constructor(train: Winder, options: QuantilesOptions<In> = {}) {
    const defaults = { quantiles: ['p50', 'p90', 'p99'], accuracy: 0.01, bucketsMax: 2048, getter: itemGetter('value') }
    super(train, { ...TALLY_DEFAULTS, ...defaults, ...options })
    requireAtLeast(1, this.options, 'bucketsMax')
    requireFunction(this.options, 'getter')
    const { accuracy, quantiles } = this.options
    if (!(accuracy >= 0.0001 && accuracy <= 0.5))
      throw new RangeError(`accuracy must be from 0.0001 to 0.5: it is ${describeValue(accuracy)}`)
    for (const name of quantiles) partOf(name)
  }

  protected begin(): QuantileSketch {
    const { accuracy, bucketsMax } = this.options
    return new QuantileSketch(accuracy, bucketsMax)
  }

  protected add(sketch: QuantileSketch, data: In): void {
    sketch.add(requireNumber(this.options.getter(data), 'what is measured'))
  }

  protected result(sketch: QuantileSketch, { key, fromMs, toMs }: TallyPeriod): Measured {
    const { count, min, max, mean } = sketch
    const found = this.options.quantiles.map((name) => [name, sketch.quantile(partOf(name))])
    return { key, count, min, max, mean, ...(Object.fromEntries(found) as object), fromMs, toMs }
  }

  protected override toJson(sketch: QuantileSketch): Json {
    return sketch.toJson()
  }

  protected override fromJson(json: Json): QuantileSketch {
    return QuantileSketch.from(json as unknown as KeptSketch, this.options.bucketsMax)
  }
}

/** The part of the numbers that a name such as `p99.9` says. */
function partOf(name: string): number {
  const part = /^p(\d{1,3}(?:\.\d+)?)$/.exec(name)?.[1]
  if (part === undefined || Number(part) > 100)
    throw new RangeError(`a quantile must be from p0 to p100, such as p50 or p99.9: it is ${describeValue(name)}`)
  return Number(part) / 100
}
