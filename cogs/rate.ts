import {
  TALLY_DEFAULTS,
  Tally,
  insert,
  requireFunction,
  tallyConfig,
  type Getter,
  type Settings,
  type TallyOptions,
  type TallyPeriod,
  type Winder,
} from '../lib/movement/index.js'
import { plusAmount } from '../lib/numbers/amount.js'

/** Configuration insert: what an operator may set. */
export const rateBaseConfig = insert(tallyConfig)

/** The operator's settings, with defaults, by what data are told apart, and how much each is. */
export interface RateOptions<In> extends Partial<Settings<typeof rateBaseConfig>> {
  /** Reads the key; without it all data are taken together. */
  readonly keyGetter?: Getter<In, string | number>
  /** How much a datum is, such as its bytes; by default 1. */
  readonly amountGetter?: Getter<In, number>
}

/** How fast data of a key came in a period. */
export interface Rated extends TallyPeriod {
  /** Data a second, or amounts. */
  readonly perSecond: number
  /** The largest part of it that came within one second of the clock on the wall. */
  readonly peakPerSecond: number
}

/** All of the period, which second it was last, how much came in it, and the most that came in one. */
interface Flow {
  sum: number
  second: number
  inSecond: number
  peak: number
}

/**
 * Say how many data a second come, by key, once a period.
 *
 * In: any datum. Out: `{ key, perSecond, peakPerSecond, fromMs, toMs }` for each key that came, at each multiple of
 * `periodMs` by the clock on the wall, with more than `keysMax` keys, and when the train stops. `perSecond` is the mean over
 * the period, of which no less than 1 ms counts; `peakPerSecond` what came in its busiest second. `key` is null without a
 * `keyGetter`, and the times are ms since the Unix epoch. An event is over once the rate that it is in has been written.
 * What is gathered outlives a crash with the train's check-points.
 *
 * @throws {RangeError} If `periodMs` or `keysMax` is below 1. From a turn: if a sum is larger than any number.
 * @throws {TypeError} If an accessor is no function. From a turn: if an amount is no finite number.
 * @example
 * const rate = new Rate(train, { amountGetter: itemGetter('bytes'), periodMs: 10_000 })
 * assert.equal(String(rate).startsWith('Rate(periodMs=10000, keysMax=100000'), true)
 */
export class Rate<In = unknown> extends Tally<In, Flow, Rated, TallyOptions<In> & RateOptions<In>> {
  static readonly baseConfig = rateBaseConfig

  constructor(train: Winder, options: RateOptions<In> = {}) {
    super(train, { ...TALLY_DEFAULTS, ...options })
    const { amountGetter } = this.options
    if (amountGetter !== undefined) requireFunction({ amountGetter }, 'amountGetter')
  }

  protected begin(): Flow {
    return { sum: 0, second: -1, inSecond: 0, peak: 0 }
  }

  protected add(flow: Flow, data: In): void {
    const { amountGetter } = this.options
    const amount = amountGetter === undefined ? 1 : amountGetter(data)
    const second = Math.floor(this.train.esc.wall() / 1000)
    flow.sum = plusAmount(flow.sum, amount)
    flow.inSecond = second === flow.second ? flow.inSecond + amount : amount
    flow.second = second
    flow.peak = Math.max(flow.peak, flow.inSecond)
  }

  protected result({ sum, peak }: Flow, { key, fromMs, toMs }: TallyPeriod): Rated {
    return { key, perSecond: (sum * 1000) / Math.max(1, toMs - fromMs), peakPerSecond: peak, fromMs, toMs }
  }
}
