import {
  Cog,
  insert,
  requireAtLeast,
  requireFunction,
  type Binding,
  type Getter,
  type Hold,
  type Json,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'
import { Draw } from '../lib/numbers/draw.js'

/** Configuration insert: what an operator may set. */
export const sampleReservoirBaseConfig = insert({
  size: { doc: 'How many data of each key and period go through, at most.', format: 'nat', min: 1, default: 100 },
  periodMs: {
    doc: 'How long a period is, from its first datum on.',
    format: 'duration',
    min: 1,
    default: '1m',
    live: true,
  },
  keysMax: {
    doc: 'With how many keys all that is held goes on before the period ends.',
    format: 'nat',
    min: 1,
    default: 1000,
    live: true,
  },
  seed: { doc: 'Where the random numbers begin: the same seed draws the same data.', format: 'nat', default: 1 },
})

/** The operator's settings, with defaults, and of what so many are wanted. */
export interface SampleReservoirOptions<T> extends Partial<Settings<typeof sampleReservoirBaseConfig>> {
  /** Reads the key; without it there is one sample of all data. */
  readonly keyGetter?: Getter<T, string | number>
}

/** What is held of a key, in the order in which it came, and how many others came and went. */
interface Reservoir<T> {
  readonly holds: Hold<T>[]
  gone: number
}

/**
 * Let so many data of each key and period through, each that came with the same chance, however many come.
 *
 * In: any datum. Out: the same at the end of the period, with more than `keysMax` keys, or when the train stops, in the
 * order in which they came within their key; the others are swallowed. What may go through is held: keep `size` times the
 * number of keys below `train.inFlightMax`, or nothing comes until a period ends. The same data and seed give the same
 * sample, also over a restart.
 *
 * @throws {RangeError} If `size`, `periodMs` or `keysMax` is below 1.
 * @throws {TypeError} If `keyGetter` is no function.
 * @example
 * const sample = new SampleReservoir(train, { size: 10, periodMs: 1000, keyGetter: itemGetter('ip') })
 * assert.equal(String(sample).startsWith('SampleReservoir(size=10, periodMs=1000'), true)
 */
export class SampleReservoir<T = unknown> extends Cog<
  T,
  T,
  SampleReservoirOptions<T> & Settings<typeof sampleReservoirBaseConfig>
> {
  static readonly baseConfig = sampleReservoirBaseConfig
  private reservoirs = new Map<string, Reservoir<T>>()
  private readonly draw: Draw
  /** When the period ends, by the loop's clock; null while nothing is held. */
  private dueMs: number | null = null
  private timer: Binding | null = null

  constructor(train: Winder, options: SampleReservoirOptions<T> = {}) {
    super(train, { size: 100, periodMs: 60_000, keysMax: 1000, seed: 1, ...options })
    const { keyGetter, seed } = this.options
    requireAtLeast(1, this.options, 'size', 'periodMs', 'keysMax')
    if (keyGetter !== undefined) requireFunction({ keyGetter }, 'keyGetter')
    this.draw = new Draw(seed)
  }

  turn(data: T): Turn<T> {
    const { keyGetter, size, keysMax } = this.options
    const key = keyGetter === undefined ? '' : String(keyGetter(data))
    if (this.dueMs !== null && this.train.esc.now() >= this.dueMs) this.give()
    this.await()
    const reservoir = this.reservoirs.get(key) ?? { holds: [], gone: 0 }
    this.reservoirs.set(key, reservoir)
    if (reservoir.holds.length === size) {
      reservoir.gone++
      const place = Math.floor(this.draw.next() * (size + reservoir.gone))
      if (place >= size) return null
      for (const hold of reservoir.holds.splice(place, 1)) this.train.resume(hold, null)
    }
    reservoir.holds.push(this.train.hold(data))
    if (this.reservoirs.size > keysMax) this.give()
    return null
  }

  override start(): void {
    if (this.dueMs !== null) this.await()
  }

  override finish(): void {
    this.give()
  }

  /** What is held comes again and fills the reservoirs as they were; how many others came, it doesn't say. */
  override snapshot(): Json {
    return {
      dueMs: this.dueMs,
      draw: this.draw.state,
      gone: [...this.reservoirs].map(([key, { gone }]) => [key, gone]),
    }
  }

  override restore(json: Json): void {
    const { dueMs, draw, gone } = json as { dueMs: number | null; draw: number; gone: readonly [string, number][] }
    this.dueMs = dueMs
    this.draw.state = draw
    this.reservoirs = new Map(gone.map(([key, count]) => [key, { holds: [], gone: count }]))
  }

  private await(): void {
    const { esc } = this.train
    this.dueMs ??= esc.now() + this.options.periodMs
    this.timer ??= esc.at(this.dueMs, this.give)
  }

  private readonly give = (): void => {
    const { reservoirs } = this
    if (this.timer !== null) this.train.esc.cancel(this.timer)
    // All of it first: what goes on may be over at once, and what comes then begins a period of its own.
    Object.assign(this, { reservoirs: new Map(), timer: null, dueMs: null })
    for (const { holds } of reservoirs.values()) for (const hold of holds) this.train.resume(hold, [hold.data])
  }
}
