/** What is counted or measured of many data, by key, and given once a period. */
import { requireAtLeast, requireFunction } from '../../errors/index.js'
import { insert, type Settings } from '../../settings/index.js'
import type { Binding } from '../loop/event-loop.js'
import type { Getter } from './access.js'
import { Cog, type Bundle, type Json, type Turn, type Winder } from './cog.js'

/** Configuration insert: how often it is given, and of how many keys. */
export const tallyConfig = insert({
  periodMs: {
    doc: 'How often what was gathered is given, at multiples of it since 1970.',
    format: 'duration',
    min: 1,
    default: '1m',
    live: true,
  },
  keysMax: {
    doc: 'With how many keys all of them are given before the period ends.',
    format: 'nat',
    min: 1,
    default: 100_000,
    live: true,
  },
})

/** The operator's settings, and what is told apart. */
export interface TallyOptions<In> extends Settings<typeof tallyConfig> {
  /** Reads the key; without it all data are taken together. */
  readonly keyGetter?: Getter<In, string | number>
}

/** The defaults of `tallyConfig`. */
export const TALLY_DEFAULTS = { periodMs: 60_000, keysMax: 100_000 } as const

/** Of which key, and of which time, a result is. */
export interface TallyPeriod {
  /** What the data have in common; null without a `keyGetter`. */
  readonly key: string | null
  /** When it began and ended, in ms since the Unix epoch: shorter than `periodMs` at the start and at the end of a run. */
  readonly fromMs: number
  readonly toMs: number
}

/** A period in a snapshot. */
interface KeptPeriod {
  readonly fromMs: number
  readonly toMs: number
  readonly sinceMs: number
  readonly keys: readonly (readonly [key: string | null, state: Json, events: number])[]
}

interface Kept<State> {
  readonly state: State
  readonly bundle: Bundle
}

/**
 * The base of cogs that gather something for each key and give it once a period, and when the train stops. An event is over
 * once the result that it is in has been written; what is gathered outlives a crash with the train's check-points.
 *
 * @example
 * class Longest extends Tally {
 *   begin() { return { text: '' } }
 *   add(state, text) { if (text.length > state.text.length) state.text = text }
 *   result(state, { key }) { return { key, longest: state.text } }
 * }
 * assert.equal(new Longest(train, { periodMs: 1000, keysMax: 10 }).finish(), undefined)
 */
export abstract class Tally<In, State, Out, Options extends TallyOptions<In> = TallyOptions<In>> extends Cog<
  In,
  Out,
  Options
> {
  private kept = new Map<string | null, Kept<State>>()
  /** Of the period in which something was gathered, by the clock on the wall. */
  private fromMs = 0
  private toMs = 0
  /** When it ends, by the loop's clock: the other may jump. Infinite while nothing is gathered. */
  private dueMs = Infinity
  private timer: Binding | null = null
  /** Before which the next period can't begin: when the first run did, or the last period ended. */
  private sinceMs = -Infinity

  constructor(train: Winder, options: Options) {
    super(train, options)
    requireAtLeast(1, this.options, 'periodMs', 'keysMax')
    const { keyGetter } = this.options
    if (keyGetter !== undefined) requireFunction({ keyGetter }, 'keyGetter')
  }

  /** What is known of a key that has no datum yet. */
  protected abstract begin(): State
  /** Take one datum in. If it throws, it has changed nothing. */
  protected abstract add(state: State, data: In): void
  /** What goes on for a key. */
  protected abstract result(state: State, period: TallyPeriod): Out

  turn(data: In): Turn<Out> {
    const { keyGetter, keysMax } = this.options
    const key = keyGetter === undefined ? null : String(keyGetter(data))
    if (this.train.esc.now() >= this.dueMs) this.give(this.toMs)
    const known = this.kept.get(key)
    const { state, bundle } = known ?? { state: this.begin(), bundle: this.train.bundle() }
    this.add(state, data) // First: a datum that fails here begins nothing.
    bundle.add()
    if (known !== undefined) return null
    if (this.dueMs === Infinity) this.open()
    this.kept.set(key, { state, bundle })
    if (this.kept.size > keysMax) this.giveNow()
    return null
  }

  override start(): void {
    if (this.sinceMs === -Infinity) this.sinceMs = Math.floor(this.train.esc.wall())
    if (this.kept.size > 0) this.await()
  }

  override finish(): void {
    this.giveNow()
  }

  override snapshot(): Json {
    const keys = [...this.kept].map(([key, { state, bundle }]) => [key, this.toJson(state), bundle.size] as const)
    return { fromMs: this.fromMs, toMs: this.toMs, sinceMs: this.sinceMs, keys }
  }

  override restore(json: Json): void {
    const { keys, ...times } = json as unknown as KeptPeriod
    Object.assign(this, times)
    for (const [key, state, size] of keys)
      this.kept.set(key, { state: this.fromJson(state), bundle: this.train.bundle(size) })
  }

  /** A state as it stands in a snapshot; as it is, where it is JSON already. */
  protected toJson(state: State): Json {
    return state as Json
  }

  protected fromJson(json: Json): State {
    return json as State
  }

  private open(): void {
    const { periodMs } = this.options
    const wallMs = Math.floor(this.train.esc.wall())
    const beginMs = Math.floor(wallMs / periodMs) * periodMs
    this.fromMs = Math.min(wallMs, Math.max(beginMs, this.sinceMs))
    this.toMs = beginMs + periodMs
    this.await()
  }

  private await(): void {
    const { esc } = this.train
    this.dueMs = esc.now() + Math.min(this.options.periodMs, this.toMs - esc.wall())
    this.timer = esc.at(this.dueMs, () => this.give(this.toMs))
  }

  /** Before the period ends; the next begins where this one breaks off. */
  private giveNow(): void {
    if (this.kept.size === 0) return
    const leftMs = Math.max(0, this.dueMs - this.train.esc.now())
    this.give(Math.max(this.fromMs, Math.round(this.toMs - leftMs)))
  }

  private give(toMs: number): void {
    const { kept, fromMs } = this
    if (this.timer !== null) this.train.esc.cancel(this.timer)
    // All of it first: what is given may be acknowledged at once, and what comes then begins a period of its own.
    Object.assign(this, { kept: new Map(), timer: null, dueMs: Infinity, sinceMs: toMs })
    for (const [key, { state, bundle }] of kept) {
      const period = { key, fromMs, toMs }
      let given: Out
      try {
        given = this.result(state, period)
      } catch (error) {
        bundle.reject(error, { ...period, state })
        continue
      }
      bundle.give(given)
    }
  }
}
