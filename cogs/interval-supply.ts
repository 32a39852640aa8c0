import {
  Supply,
  insert,
  requireAtLeast,
  type Binding,
  type Setter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const intervalBaseConfig = insert({
  periodMs: { doc: 'How often a datum comes.', format: 'duration', default: 1000 },
  cron: { doc: 'When a datum comes instead: a cron pattern, by the wall clock.', format: 'text', default: null },
  count: { doc: 'After how many data it ends; null: never.', format: 'nat', default: null },
})

/** What an interval gives. */
export interface Tick {
  /** Which one it is, from 1 on. */
  count: number
  /** When it came, in ms since the Unix epoch. */
  timeMs: number
  /** How many didn't come before it, because the train was full. */
  missed: number
}

/** The operator's settings, and where the id goes. */
export interface IntervalOptions<Out> extends Partial<Settings<typeof intervalBaseConfig>> {
  idSetter?: Setter<Tick, string, Out>
}

/**
 * Supply a datum every `periodMs`, or at the times of a cron pattern.
 *
 * Out: `{ count, timeMs, missed }`, with an id if there is a setter. While the train is full nothing comes: the next
 * datum tells how many are missing.
 *
 * @throws {RangeError} If `periodMs` is below 1, or `count` is.
 * @example
 * const supply = new IntervalSupply(train, { periodMs: 60_000 })
 * assert.equal(String(supply), 'IntervalSupply(periodMs=60000, cron=null, count=null)')
 */
export class IntervalSupply<Out = Tick> extends Supply<
  Out,
  Settings<typeof intervalBaseConfig> & IntervalOptions<Out>
> {
  static readonly baseConfig = intervalBaseConfig
  private timer: Binding | null = null
  private count = 0
  private missed = 0
  /** Since when the period runs that is under way; null: it begins at the start. */
  private sinceMs: number | null = null

  constructor(train: Winder, options: IntervalOptions<Out> = {}) {
    super(train, { periodMs: intervalBaseConfig.periodMs.default, cron: null, count: null, ...options })
    requireAtLeast(1, this.options, 'periodMs')
    if (this.options.count !== null) requireAtLeast(1, this.options, 'count')
  }

  start(): void {
    const { cron, periodMs, count } = this.options
    const { esc } = this.train
    if (count !== null && this.count >= count) this.train.ended()
    else if (cron !== null) this.timer = esc.cron(cron, this.tick)
    else if (this.sinceMs === null) this.every()
    else {
      const lateMs = esc.now() - this.sinceMs
      this.missed += Math.max(Math.floor(lateMs / periodMs) - 1, 0)
      this.timer = esc.after(Math.max(periodMs - lateMs, 0), () => {
        this.every()
        this.tick()
      })
    }
  }

  /** The count goes on, and the period that is under way; however often it is reloaded, the next datum comes in time. */
  inherit(predecessor: this): void {
    predecessor.finish()
    this.count = predecessor.count
    this.missed = predecessor.missed
    const { cron, periodMs } = this.options
    const isAsBefore = predecessor.options.cron === cron && predecessor.options.periodMs === periodMs
    this.sinceMs = isAsBefore ? predecessor.sinceMs : null
  }

  finish(): void {
    if (this.timer !== null) this.train.esc.cancel(this.timer)
    this.timer = null
  }

  private every(): void {
    const { esc } = this.train
    this.sinceMs = esc.now()
    this.timer = esc.every(this.options.periodMs, this.tick)
  }

  private readonly tick = (): void => {
    this.sinceMs = this.train.esc.now()
    if (this.paused) {
      this.missed += 1
      return
    }
    const tick: Tick = { count: ++this.count, timeMs: this.train.esc.wall(), missed: this.missed }
    this.missed = 0
    const ticket = this.open(null, 1)
    this.begin(ticket)
    this.put((this.options.idSetter?.(tick, this.nextId()) ?? tick) as Out)
    this.end(ticket)
    if (this.count !== this.options.count) return
    this.finish()
    this.train.ended()
  }
}
