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
export const countBaseConfig = insert(tallyConfig)

/** The operator's settings, with defaults, by what data are counted, and how much each is. */
export interface CountOptions<In> extends Partial<Settings<typeof countBaseConfig>> {
  /** Reads the key; without it all data are counted together. */
  readonly keyGetter?: Getter<In, string | number>
  /** How much a datum is, such as its bytes; by default 1. */
  readonly amountGetter?: Getter<In, number>
}

/** How many data of a key came in a period, or how much. */
export interface Counted extends TallyPeriod {
  readonly count: number
}

/**
 * Count data by key, and give the counts once a period.
 *
 * In: any datum. Out: `{ key, count, fromMs, toMs }` for each key that came, at each multiple of `periodMs` by the clock on
 * the wall, with more than `keysMax` keys, and when the train stops; `key` is null without a `keyGetter`, and the times are
 * ms since the Unix epoch. An event is over once the count that it is in has been written. Counts outlive a crash with the
 * train's check-points.
 *
 * @throws {RangeError} If `periodMs` or `keysMax` is below 1. From a turn: if a sum is larger than any number.
 * @throws {TypeError} If an accessor is no function. From a turn: if an amount is no finite number.
 * @example
 * const count = new Count(train, { keyGetter: itemGetter('ip'), periodMs: 60_000 })
 * assert.equal(String(count).startsWith('Count(periodMs=60000, keysMax=100000'), true)
 */
export class Count<In = unknown> extends Tally<In, { count: number }, Counted, TallyOptions<In> & CountOptions<In>> {
  static readonly baseConfig = countBaseConfig

  constructor(train: Winder, options: CountOptions<In> = {}) {
    super(train, { ...TALLY_DEFAULTS, ...options })
    const { amountGetter } = this.options
    if (amountGetter !== undefined) requireFunction({ amountGetter }, 'amountGetter')
  }

  protected begin(): { count: number } {
    return { count: 0 }
  }

  protected add(state: { count: number }, data: In): void {
    const { amountGetter } = this.options
    state.count = plusAmount(state.count, amountGetter === undefined ? 1 : amountGetter(data))
  }

  protected result({ count }: { count: number }, { key, fromMs, toMs }: TallyPeriod): Counted {
    return { key, count, fromMs, toMs }
  }
}
