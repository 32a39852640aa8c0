import {
  Cog,
  insert,
  requireAtLeast,
  requireFunction,
  type Binding,
  type Bundle,
  type Getter,
  type Json,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const aggregateBaseConfig = insert({
  windowMs: {
    doc: 'How long a window is; windows follow each other without a gap.',
    format: 'duration',
    min: 1,
    default: '1m',
  },
  sizeMax: {
    doc: 'A group of so many data is given at once; null: only when its window ends.',
    format: 'nat',
    default: null,
  },
  keysMax: {
    doc: 'With how many groups all of them are given before the window ends.',
    format: 'nat',
    min: 1,
    default: 100_000,
  },
})

/** One group when it is given. */
export interface Window {
  /** What the data of the group have in common; null without a `keyGetter`. */
  readonly key: string | null
  /** How many data are in it. */
  readonly size: number
  /** When its window began and ended, or would have ended: ms since the Unix epoch, by the clock on the wall. */
  readonly fromMs: number
  readonly toMs: number
}

/** How data are gathered; the operator's settings have defaults. */
export interface AggregateOptions<In, State extends Json, Out> extends Partial<Settings<typeof aggregateBaseConfig>> {
  /** What the data of a group have in common; without it all are one group. */
  readonly keyGetter?: Getter<In, string | number>
  /** The state of a group that has no datum yet. It must be JSON: it is a part of check-points. */
  readonly init: () => State
  /** The state with one more datum: a new one, or the same, changed. */
  readonly add: (state: State, data: In) => State
  /** What goes on for a group. */
  readonly result: (state: State, window: Window) => Out
}

type Resolved<In, State extends Json, Out> = AggregateOptions<In, State, Out> & Settings<typeof aggregateBaseConfig>

interface Group<State> {
  readonly key: string | null
  state: State
  readonly bundle: Bundle
}

/**
 * Make one datum of all that come within a window of time, or of each group of them.
 *
 * In: any datum. Out: the result for each group, when its window ends, when it has `sizeMax` data, or when the train
 * stops. Windows lie at multiples of `windowMs` on the clock on the wall. An event that was gathered is over when the
 * result that it is in has been written. What is gathered outlives a crash with the train's check-points. A group whose
 * result throws is one datum that failed: its window and its state.
 *
 * @throws {RangeError} If `windowMs`, `sizeMax` or `keysMax` is below 1.
 * @throws {TypeError} If `init`, `add` or `result` is no function.
 * @example
 * const total = new Aggregate(train, { init: () => 0, add: (sum, n) => sum + n, result: (sum) => ({ sum }), windowMs: 1000 })
 * assert.equal(String(total).startsWith('Aggregate(windowMs=1000'), true)
 */
export class Aggregate<In, State extends Json, Out> extends Cog<In, Out, Resolved<In, State, Out>> {
  static readonly baseConfig = aggregateBaseConfig
  private readonly groups = new Map<string | null, Group<State>>()
  /** When the window ends that has data; 0 while there are none. */
  private endMs = 0
  private timer: Binding | null = null

  constructor(train: Winder, options: AggregateOptions<In, State, Out>) {
    super(train, { windowMs: 60_000, sizeMax: null, keysMax: 100_000, ...options })
    requireAtLeast(1, this.options, 'windowMs', 'keysMax')
    if (this.options.sizeMax !== null) requireAtLeast(1, this.options, 'sizeMax')
    requireFunction(this.options, 'init', 'add', 'result')
  }

  turn(data: In): Turn<Out> {
    const { keyGetter, add, sizeMax, keysMax } = this.options
    const key = keyGetter === undefined ? null : String(keyGetter(data))
    const known = this.groups.get(key)
    // The state first: a datum that fails here is in no group.
    const state = add(known === undefined ? this.options.init() : known.state, data)
    const group = known ?? this.begin(key, state, this.train.bundle())
    group.state = state
    group.bundle.add()
    if (group.bundle.size === sizeMax) {
      this.groups.delete(key)
      this.give(group, this.endMs)
    } else if (this.groups.size > keysMax) this.giveAll()
    return null
  }

  override finish(): void {
    this.giveAll()
  }

  override snapshot(): Json {
    const groups = [...this.groups.values()].map(({ key, state, bundle }) => ({ key, state, size: bundle.size }))
    return { endMs: this.endMs, groups }
  }

  override restore(json: Json): void {
    const { endMs, groups } = json as unknown as {
      endMs: number
      groups: { key: string | null; state: State; size: number }[]
    }
    for (const { key, state, size } of groups) this.begin(key, state, this.train.bundle(size))
    this.endMs = endMs
  }

  override start(): void {
    if (this.groups.size > 0) this.await()
  }

  private begin(key: string | null, state: State, bundle: Bundle): Group<State> {
    if (this.endMs === 0) {
      const { windowMs } = this.options
      this.endMs = (Math.floor(this.train.esc.wall() / windowMs) + 1) * windowMs
      this.await()
    }
    const group = { key, state, bundle }
    this.groups.set(key, group)
    return group
  }

  private await(): void {
    const { esc } = this.train
    if (this.timer !== null) esc.cancel(this.timer)
    this.timer = esc.after(Math.max(0, this.endMs - esc.wall()), this.giveAll)
  }

  private readonly giveAll = (): void => {
    if (this.timer !== null) this.train.esc.cancel(this.timer)
    this.timer = null
    const { endMs } = this
    const groups = [...this.groups.values()]
    // All of it first: what is given may be acknowledged at once, and what comes then begins a window of its own.
    this.groups.clear()
    this.endMs = 0
    for (const group of groups) this.give(group, endMs)
  }

  private give({ key, state, bundle }: Group<State>, toMs: number): void {
    const { result, windowMs } = this.options
    const window = { key, size: bundle.size, fromMs: toMs - windowMs, toMs }
    let given: Out
    try {
      given = result(state, window)
    } catch (error) {
      bundle.reject(error, { ...window, state })
      return
    }
    bundle.give(given)
  }
}
