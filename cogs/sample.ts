import { Cog, insert, requireAtLeast, type Json, type Settings, type Turn, type Winder } from '../lib/movement/index.js'
import { Draw } from '../lib/numbers/draw.js'

/** Configuration insert: what an operator may set. */
export const sampleBaseConfig = insert({
  every: {
    doc: 'One datum of so many goes through, the first of them.',
    format: 'nat',
    min: 1,
    default: 1,
    live: true,
  },
  probability: {
    doc: 'With which probability a datum goes through that `every` lets through.',
    format: 'number',
    min: 0,
    max: 1,
    default: 1,
    live: true,
  },
  seed: { doc: 'Where the random numbers begin: the same seed draws the same data.', format: 'nat', default: 1 },
})

/** The operator's settings, with defaults. */
export type SampleOptions = Partial<Settings<typeof sampleBaseConfig>>

/**
 * Let some of the data through: one of so many, or each with a probability.
 *
 * In: any datum. Out: the same, or nothing. The same data and seed give the same sample, also over a restart.
 *
 * @throws {RangeError} If `every` is below 1, or `probability` isn't from 0 to 1.
 * @example
 * const sample = new Sample(train, { every: 2 })
 * assert.deepEqual([sample.turn('a'), sample.turn('b'), sample.turn('c')], [['a'], null, ['c']])
 */
export class Sample<T = unknown> extends Cog<T, T, Required<SampleOptions>> {
  static readonly baseConfig = sampleBaseConfig
  private count = 0
  private readonly draw: Draw

  constructor(train: Winder, options: SampleOptions = {}) {
    super(train, { every: 1, probability: 1, seed: 1, ...options })
    const { probability, seed } = this.options
    requireAtLeast(1, this.options, 'every')
    if (!(probability >= 0 && probability <= 1))
      throw new RangeError(`probability must be from 0 to 1: it is ${probability}`)
    this.draw = new Draw(seed)
  }

  turn(data: T): Turn<T> {
    const { every, probability } = this.options
    const isFirst = this.count === 0
    this.count = (this.count + 1) % every
    if (!isFirst) return null
    return probability === 1 || this.draw.next() < probability ? [data] : null
  }

  /** How many of `every` have come, and where the random numbers are. */
  override snapshot(): Json {
    return [this.count, this.draw.state]
  }

  override restore(json: Json): void {
    const [count, state] = json as [number, number]
    this.count = count
    this.draw.state = state
  }
}
