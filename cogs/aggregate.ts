import {
  Cog,
  DeadbeatError,
  RecordError,
  Timeline,
  insert,
  requireAtLeast,
  requireFunction,
  requireOneOf,
  type Binding,
  type Bundle,
  type Getter,
  type Json,
  type Settings,
  type Turn,
  type Winder,
} from '../lib/movement/index.js'
import { momentOf } from '../lib/time/moment.js'
import { windowEnds } from '../lib/time/windows.js'

// Longer than 300 lines because windows of all three kinds share one store, one clock and one snapshot.

const ON_LATE = ['fail', 'drop', 'pass'] as const
const ON_STOP = ['keep', 'give'] as const

/** Configuration insert: what an operator may set. */
export const aggregateBaseConfig = insert({
  windowMs: { doc: 'How long a window is.', format: 'duration', min: 1, default: '1m' },
  slideMs: {
    doc: 'How long after one window the next begins, so that they overlap; null: when it ends.',
    format: 'duration',
    min: 1,
    default: null,
  },
  gapMs: {
    doc: 'A session, in place of windows of one length: it ends when for so long nothing of its group has come.',
    format: 'duration',
    min: 1,
    default: null,
  },
  sizeMax: {
    doc: 'A group of so many data is given at once; null: only when its window ends.',
    format: 'nat',
    min: 1,
    default: null,
    live: true,
  },
  keysMax: {
    doc: 'With how many groups, of all windows, all of them are given before their windows end.',
    format: 'nat',
    min: 1,
    default: 100_000,
    live: true,
  },
  latenessMs: {
    doc: 'By event time: how far behind the latest time that was seen data may come.',
    format: 'duration',
    default: 0,
    live: true,
  },
  aheadMs: {
    doc: 'By event time: how far ahead of the clock a time may be. What is beyond fails, and makes nothing else late.',
    format: 'duration',
    default: '1d',
    live: true,
  },
  idleMs: {
    doc: 'By event time: when nothing has come for so long, windows are given all the same; null: never.',
    format: 'duration',
    min: 1,
    default: null,
    live: true,
  },
  onLate: {
    doc: 'What is done with data whose windows were given already: `fail`, `drop` them, or `pass` them on as `late` says.',
    format: ON_LATE,
    default: 'fail',
    live: true,
  },
  onStop: {
    doc: 'What becomes of windows that have not ended when the train is stopped: `keep` them for the next run (with check-points; else they are given), or `give` them.',
    format: ON_STOP,
    default: 'keep',
    live: true,
  },
})

/** One group when it is given. */
export interface Window {
  /** What the data of the group have in common; null without a `keyGetter`. */
  readonly key: string | null
  /** How many data are in it. */
  readonly size: number
  /**
   * When its window began and ended, or would have ended: ms since the Unix epoch, by the clock on the wall, or by event
   * time. A session begins with its first datum and ends `gapMs` behind its last.
   */
  readonly fromMs: number
  readonly toMs: number
}

/** How data are gathered; the operator's settings have defaults. */
export interface AggregateOptions<In, State extends Json, Out> extends Partial<Settings<typeof aggregateBaseConfig>> {
  /** What the data of a group have in common; without it all are one group. */
  readonly keyGetter?: Getter<In, string | number>
  /** When it happened: ms since 1970, a Date, or text in ISO 8601. Without it the clock on the wall counts. */
  readonly timeGetter?: Getter<In, unknown>
  /** The state of a group that has no datum yet. It must be JSON: it is a part of check-points. */
  readonly init: () => State
  /** The state with one more datum: a new one, or the same, changed. */
  readonly add: (state: State, data: In) => State
  /** The state of two sessions that become one, the earlier first. Sessions by event time need it. */
  readonly merge?: (earlier: State, later: State) => State
  /** What goes on for a group. */
  readonly result: (state: State, window: Window) => Out
  /** What goes on for a late datum where `onLate` is `pass`: by default itself. */
  readonly late?: (data: In) => Out
}

/** How far it is. */
export interface AggregateProgress {
  /** Late data of this run, whatever was done with them. */
  readonly late: number
  /** Groups that are gathered now. */
  readonly groups: number
  /** By event time: up to when windows were given, in ms since the Unix epoch; null before the first datum. */
  readonly watermarkMs: number | null
}

type Resolved<In, State extends Json, Out> = AggregateOptions<In, State, Out> & Settings<typeof aggregateBaseConfig>

interface Group<State> {
  readonly key: string | null
  fromMs: number
  toMs: number
  state: State
  readonly bundle: Bundle
  /** When it is due, by event time or by the loop's clock; what follows is the timeline's. */
  timeMs: number
  slot: number
  previous: Group<State> | null
  next: Group<State> | null
}

/** Where a datum belongs: the groups that are there, and the window. */
interface Target<State> {
  readonly known: readonly Group<State>[]
  readonly fromMs: number
  readonly toMs: number
}

/** Version 2 of the snapshot; the first had one window for all groups, and no version. */
interface Kept<State> {
  readonly version?: number
  readonly endMs?: number
  readonly watermarkMs?: number | null
  readonly groups: readonly { key: string | null; fromMs?: number; toMs?: number; state: State; size: number }[]
}

const BEGIN_MS = -62_135_596_800_000 // Before any event time.
const DEFAULTS: Settings<typeof aggregateBaseConfig> = {
  ...{ windowMs: 60_000, slideMs: null, gapMs: null, sizeMax: null, keysMax: 100_000 },
  ...{ latenessMs: 0, aheadMs: 86_400_000, idleMs: null, onLate: 'fail', onStop: 'keep' },
}

/**
 * Make one datum of all that come within a window of time, or of each group of them.
 *
 * In: any datum. Out: the result for each group, when its window ends, when it has `sizeMax` data, or when the input has
 * ended. Windows lie at multiples of `windowMs`, or overlap if they begin at multiples of `slideMs`; with `gapMs` they are
 * sessions. They end by the clock on the wall, or, given a `timeGetter`, by event time: when a datum has come whose time
 * is `latenessMs` behind their end (the watermark). Late data, whose windows were given already, are counted and fail,
 * unless `onLate` says otherwise.
 *
 * An event that was gathered is over when the results that it is in have been written. What is gathered outlives a crash
 * and an orderly stop with the train's check-points. A group whose result throws is one datum that failed: its window and
 * its state.
 *
 * @throws {RangeError} If a limit is below 1, `slideMs` above `windowMs`, a datum would be in more than `keysMax` windows,
 * or `onLate` or `onStop` is none of its values. From a turn: if a time is too far ahead of the clock, or late.
 * @throws {TypeError} If `init`, `add`, `result` or, for sessions by event time, `merge` is no function. From a turn: if
 * there is no time.
 * @example
 * const total = new Aggregate(train, { init: () => 0, add: (sum, n) => sum + n, result: (sum) => ({ sum }), windowMs: 1000 })
 * assert.equal(String(total).startsWith('Aggregate(windowMs=1000'), true)
 */
export class Aggregate<In, State extends Json, Out> extends Cog<In, Out, Resolved<In, State, Out>> {
  static readonly baseConfig = aggregateBaseConfig
  private readonly groups = new Map<string | null, Group<State>[]>()
  private readonly timeline: Timeline<Group<State>>
  private readonly isByEvent: boolean
  private count = 0
  private lateCount = 0
  /** By event time: what ended before is given. */
  private watermarkMs = -Infinity
  /** When something came last, by the loop's clock. */
  private lastMs = -Infinity
  /** For the end of the next window by the clock, or for the end of patience by event time. */
  private timer: Binding | null = null
  private timerMs = Infinity

  constructor(train: Winder, options: AggregateOptions<In, State, Out>) {
    super(train, { ...DEFAULTS, ...options })
    const { windowMs, slideMs, gapMs, sizeMax, idleMs, keysMax, timeGetter } = this.options
    this.isByEvent = timeGetter !== undefined
    requireAtLeast(1, this.options, 'windowMs', 'keysMax')
    requireAtLeast(0, this.options, 'latenessMs', 'aheadMs')
    for (const [name, value] of Object.entries({ slideMs, gapMs, sizeMax, idleMs }))
      if (value !== null) requireAtLeast(1, { [name]: value }, name)
    if (slideMs !== null && slideMs > windowMs)
      throw new RangeError(`slideMs must be at most windowMs (${windowMs}): it is ${slideMs}`)
    if (slideMs !== null && windowMs / slideMs > keysMax)
      throw new RangeError(
        `a datum may be in at most keysMax (${keysMax}) windows: it would be in ${windowMs / slideMs}`,
      )
    requireOneOf(ON_LATE, this.options, 'onLate')
    requireOneOf(ON_STOP, this.options, 'onStop')
    requireFunction(this.options, 'init', 'add', 'result')
    if (gapMs !== null && this.isByEvent) requireFunction(this.options, 'merge')
    this.timeline = new Timeline(this.isByEvent ? BEGIN_MS : this.train.esc.now())
  }

  turn(data: In): Turn<Out> {
    const { keyGetter, timeGetter, gapMs, init, add, keysMax, latenessMs } = this.options
    const timeMs = timeGetter === undefined ? this.train.esc.wall() : this.eventTime(timeGetter(data))
    const key = keyGetter === undefined ? null : String(keyGetter(data))
    const targets = gapMs === null ? this.windowsAt(timeMs, key) : this.sessionAt(timeMs, gapMs, key)
    if (targets.length === 0) return this.takeLate(data, timeMs)
    // The states first: a datum that fails here is in no group.
    const states = targets.map(({ known }) => add(known.length === 0 ? init() : this.mergedState(known), data))
    targets.forEach((target, i) => this.put(key, target, states[i] as State, i > 0))
    if (this.count > keysMax) this.giveAll()
    if (this.isByEvent) {
      this.watermarkMs = Math.max(this.watermarkMs, timeMs - latenessMs)
      this.lastMs = this.train.esc.now()
      this.giveDue()
    }
    this.await()
    return null
  }

  override finish(): void {
    this.cancel()
    if (this.options.onStop === 'keep' && this.train.isContinued) for (const { bundle } of this.each()) bundle.keep()
    else this.giveAll()
  }

  override snapshot(): Json {
    const groups = [...this.each()].map(({ key, fromMs, toMs, state, bundle }) => ({
      ...{ key, fromMs, toMs, state, size: bundle.size },
    }))
    return { version: 2, watermarkMs: Number.isFinite(this.watermarkMs) ? this.watermarkMs : null, groups }
  }

  /** @throws {RecordError} If a newer program made it. */
  override restore(json: Json): void {
    const { version = 1, endMs = 0, watermarkMs, groups } = json as unknown as Kept<State>
    if (version > 2)
      throw new RecordError(
        `windows were kept by a newer version (format ${version}, this one knows 2): run that version`,
      )
    this.watermarkMs = watermarkMs ?? -Infinity
    for (const { key, fromMs = endMs - this.options.windowMs, toMs = endMs, state, size } of groups)
      this.begin(key, { known: [], fromMs, toMs }, state, this.train.bundle(size))
  }

  override start(): void {
    this.lastMs = this.train.esc.now()
    this.await()
  }

  override adjusted(): void {
    this.await()
  }

  /** How far it is. */
  override progress(): AggregateProgress {
    const watermarkMs = Number.isFinite(this.watermarkMs) ? this.watermarkMs : null
    return { late: this.lateCount, groups: this.count, watermarkMs }
  }

  private eventTime(value: unknown): number {
    const timeMs = momentOf(value)
    const { aheadMs } = this.options
    const wallMs = this.train.esc.wall()
    if (timeMs <= wallMs + aheadMs) return timeMs
    const [time, now] = [timeMs, Math.floor(wallMs)].map((ms) => new Date(ms).toISOString())
    throw new RangeError(
      `a time may be at most aheadMs (${aheadMs} ms) ahead of the clock: it is ${time}, now is ${now}`,
    )
  }

  private windowsAt(timeMs: number, key: string | null): Target<State>[] {
    const { windowMs, slideMs } = this.options
    const open = this.groups.get(key) ?? []
    return windowEnds(timeMs, windowMs, slideMs ?? windowMs)
      .filter((toMs) => toMs > this.watermarkMs)
      .map((toMs) => {
        const known = open.filter((group) => group.toMs === toMs && group.fromMs === toMs - windowMs)
        return { known, fromMs: toMs - windowMs, toMs }
      })
  }

  private sessionAt(timeMs: number, gapMs: number, key: string | null): Target<State>[] {
    const open = this.groups.get(key) ?? []
    const known = open
      .filter(({ fromMs, toMs }) => timeMs < toMs && fromMs < timeMs + gapMs)
      .sort((a, b) => a.fromMs - b.fromMs)
    const fromMs = Math.min(timeMs, ...known.map((group) => group.fromMs))
    const toMs = Math.max(timeMs + gapMs, ...known.map((group) => group.toMs))
    return toMs > this.watermarkMs ? [{ known, fromMs, toMs }] : []
  }

  private mergedState(known: readonly Group<State>[]): State {
    const { merge } = this.options
    const states = known.map(({ state }) => state)
    return states.reduce((earlier, later) => (merge as (earlier: State, later: State) => State)(earlier, later))
  }

  private takeLate(data: In, timeMs: number): Turn<Out> {
    const { onLate, late } = this.options
    this.lateCount++
    if (onLate === 'pass') return [late === undefined ? (data as unknown as Out) : late(data)]
    const [time, watermark] = [timeMs, this.watermarkMs].map((ms) => new Date(ms).toISOString())
    if (onLate === 'fail')
      throw new DeadbeatError(
        'ERR_LATE',
        `late: its time is ${time}, and windows up to ${watermark} were given already`,
      )
    this.train.log.debug({ id: this.train.id(), time, watermark }, 'dropped a late datum')
    return null
  }

  private put(key: string | null, target: Target<State>, state: State, isShared: boolean): void {
    const [first, ...rest] = target.known
    const group = first ?? this.begin(key, target, state, this.train.bundle())
    for (const other of rest) {
      group.bundle.join(other.bundle)
      this.remove(other)
    }
    group.state = state
    if (group.fromMs !== target.fromMs || group.toMs !== target.toMs) this.resize(group, target)
    if (isShared) group.bundle.share()
    else group.bundle.add()
    const { sizeMax } = this.options
    if (sizeMax === null || group.bundle.size < sizeMax) return
    this.remove(group)
    this.give(group)
  }

  private begin(key: string | null, { fromMs, toMs }: Target<State>, state: State, bundle: Bundle): Group<State> {
    const links = { slot: -1, previous: null, next: null }
    const group: Group<State> = { key, fromMs, toMs, state, bundle, timeMs: this.dueOf(toMs), ...links }
    const groups = this.groups.get(key)
    if (groups === undefined) this.groups.set(key, [group])
    else groups.push(group)
    this.timeline.add(group)
    this.count++
    return group
  }

  private resize(group: Group<State>, { fromMs, toMs }: Target<State>): void {
    this.timeline.cancel(group)
    Object.assign(group, { fromMs, toMs, timeMs: this.dueOf(toMs) })
    this.timeline.add(group)
  }

  /** The clock on the wall may jump: from when a window began, the loop's counts. */
  private dueOf(toMs: number): number {
    return this.isByEvent ? toMs : this.train.esc.now() + toMs - this.train.esc.wall()
  }

  private remove(group: Group<State>): void {
    this.timeline.cancel(group)
    const left = (this.groups.get(group.key) ?? []).filter((other) => other !== group)
    if (left.length === 0) this.groups.delete(group.key)
    else this.groups.set(group.key, left)
    this.count--
  }

  private *each(): Generator<Group<State>> {
    for (const groups of this.groups.values()) yield* groups
  }

  private await(): void {
    const { esc } = this.train
    const { idleMs } = this.options
    const byIdle = this.count === 0 || idleMs === null ? Infinity : this.lastMs + idleMs
    const dueMs = this.isByEvent ? byIdle : this.timeline.soonest()
    if (this.timer !== null && dueMs >= this.timerMs && dueMs < Infinity) return // It looks anew when it runs.
    this.cancel()
    if (dueMs === Infinity) return
    this.timer = esc.at(dueMs, this.wake)
    this.timerMs = dueMs
  }

  private cancel(): void {
    if (this.timer !== null) this.train.esc.cancel(this.timer)
    this.timer = null
  }

  private readonly wake = (): void => {
    this.timer = null
    const { idleMs } = this.options
    if (!this.isByEvent) this.giveDue()
    else if (idleMs !== null && this.train.esc.now() >= this.lastMs + idleMs) {
      for (const { toMs } of this.each()) this.watermarkMs = Math.max(this.watermarkMs, toMs)
      this.giveDue()
    }
    this.await()
  }

  private giveDue(): void {
    const nowMs = this.isByEvent ? this.watermarkMs : this.train.esc.now()
    if (this.timeline.soonest() > nowMs) return
    const due: Group<State>[] = []
    this.timeline.takeDue(nowMs, (group) => due.push(group))
    // All of it first: what is given may be acknowledged at once, and what comes then begins a window of its own.
    for (const group of due) this.remove(group)
    for (const group of due) this.give(group)
  }

  private giveAll(): void {
    const groups = [...this.each()].sort((a, b) => a.timeMs - b.timeMs)
    this.timeline.clear(() => undefined)
    this.groups.clear()
    this.count = 0
    this.cancel()
    for (const group of groups) this.give(group)
  }

  private give({ key, fromMs, toMs, state, bundle }: Group<State>): void {
    const { result } = this.options
    const window = { key, size: bundle.size, fromMs, toMs }
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
