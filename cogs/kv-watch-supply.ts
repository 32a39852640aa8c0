import {
  CompactedError,
  UnavailableError,
  openKv,
  readExtent,
  revisionsOver,
  type Backend,
  type Extent,
  type PathWatch,
  type WatchPosition,
} from '../lib/kv/index.js'
import {
  SourceError,
  Supply,
  codeOf,
  insert,
  requireAtLeast,
  toError,
  type Json,
  type MessageSetter,
  type Settings,
  type Ticket,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const kvWatchSupplyBaseConfig = insert({
  url: {
    doc: 'The database: memory:, file:PATH or etcd://HOST:PORT. Not set: the app brings it.',
    format: 'database',
    default: null,
  },
  path: { doc: 'The path that is watched.', format: 'text' },
  extent: {
    doc: 'What of it: key, prefix (all of its level that begin so), children, or subtree (itself and all that is below).',
    format: ['key', 'prefix', 'children', 'subtree'],
    default: 'subtree',
  },
  snapshot: {
    doc: 'Whether the first run supplies what is there before what changes; else it supplies what changes from then on.',
    format: 'boolean',
    default: true,
  },
  bufferMax: { doc: 'How many changes wait here while the train is full.', format: 'nat', min: 1, default: 10_000 },
  retryMs: {
    doc: 'After how long a database that cannot be reached at the start is tried again.',
    format: 'duration',
    min: 1,
    default: 1000,
    live: true,
  },
})

type KvWatchSupplySettings = Settings<typeof kvWatchSupplyBaseConfig>

/** A change of a key, or a key as it was found. */
export interface KvEvent {
  readonly path: string
  /** Its value; null: it was deleted. */
  readonly value: string | null
  /** The revision of this write or deletion. */
  readonly revision: number
  /** It was found there, not seen to change. */
  readonly isSnapshot: boolean
  /** History was missing: changes of this path before it may not have been supplied. */
  readonly afterGap: boolean
}

/** The operator's settings, all but `path` with defaults, and a database that somebody brings. */
export interface KvWatchSupplyOptions<Out> extends Partial<KvWatchSupplySettings> {
  readonly path: string
  /** The database, in the place of the one at `url`. Who brings it closes it. */
  readonly kv?: Backend
  /** Sets the event's id. */
  readonly idSetter?: MessageSetter<Out>
}

/** Within the snapshot of a revision, up to a path. */
interface Snapshot {
  readonly snapshot: number
  readonly upTo: string | null
}

/** Up to where everything was put. */
type Mark = Snapshot | { readonly position: WatchPosition }

/**
 * Supply the changes of a part of a database, one event each, what is there at the beginning first.
 *
 * Out: a `KvEvent`: `path`, `value` (null: deleted), `revision`, and whether it is of the snapshot or comes behind missing
 * history. While the train is full the watch pauses; the database's history keeps what comes. A run behind a check-point goes
 * on where that stands, and what was held is supplied again. If the history from there on is gone, the keys that were written
 * since are supplied as they are now, in the order of their revisions; that deletions are missing is told in the log.
 *
 * @throws {RangeError} If a limit is below 1, or there is neither `url` nor `kv`.
 * @throws {SourceError} From the train: if the database is closed, or refuses.
 * @example
 * await using kv = new MemoryBackend()
 * const supply = new KvWatchSupply(train, { kv, path: '/lamps', extent: 'children' })
 * assert.equal(String(supply), 'KvWatchSupply(/lamps, extent=children)')
 */
export class KvWatchSupply<Out = KvEvent> extends Supply<
  Out,
  KvWatchSupplySettings & KvWatchSupplyOptions<Out>,
  KvEvent
> {
  static readonly baseConfig = kvWatchSupplyBaseConfig
  private kv: Backend | null = null
  private watch: PathWatch | null = null
  private running: Promise<void> | null = null
  private reached: Mark | null = null
  /** The history behind `reached` is gone. */
  private hasGap = false
  private failures = 0
  private isFinished = false
  private wake: (() => void) | null = null

  constructor(train: Winder, options: KvWatchSupplyOptions<Out>) {
    super(train, { url: null, extent: 'subtree', snapshot: true, bufferMax: 10_000, retryMs: 1000, ...options })
    requireAtLeast(1, this.options, 'bufferMax', 'retryMs')
    if (this.options.url === null && this.options.kv === undefined) {
      throw new RangeError('one of url and kv must be given: both are missing')
    }
  }

  start(): void {
    this.kv = this.options.kv ?? openKv(this.options.url as string, { log: this.train.log })
    this.running = this.run(this.kv)
  }

  async finish(): Promise<void> {
    this.isFinished = true
    this.leaveWatch()
    this.wake?.()
    await this.running
    if (this.options.kv === undefined) await this.kv?.close()
  }

  override resume(): void {
    super.resume()
    this.wake?.()
  }

  override mark(): Json {
    const position = this.watch?.position ?? []
    return (position.length > 0 ? { position } : this.reached) as Json
  }

  override continueFrom(mark: Json): void {
    this.reached = mark as Mark | null
  }

  override originMark(event: KvEvent): Json {
    return { ...event }
  }

  override originAgain(origin: Json): KvEvent {
    return origin as unknown as KvEvent
  }

  override supplyAgain(origin: Json): void {
    this.give(origin as unknown as KvEvent)
  }

  override original({ origin }: Ticket<KvEvent>): Uint8Array | null {
    return origin.value === null ? null : Buffer.from(origin.value)
  }

  /** Which revision it has reached; 0 before the first. */
  progress(): { readonly revision: number } {
    const mark = this.mark() as Mark | null
    if (mark === null) return { revision: 0 }
    return { revision: 'position' in mark ? Math.max(...revisionsOver(mark.position)) : mark.snapshot }
  }

  override toString(): string {
    const { path, extent } = this.options
    return `${this.constructor.name}(${path}, extent=${extent})`
  }

  private async run(kv: Backend): Promise<void> {
    while (!this.hasFinished()) {
      try {
        if (this.hasGap) await this.bridge(kv)
        await this.supply(kv)
      } catch (thrown) {
        const error = toError(thrown)
        this.leaveWatch()
        if (this.hasFinished()) return
        if (error instanceof UnavailableError) await this.later(error)
        else if (error instanceof CompactedError) this.hasGap = true
        else {
          this.train.fail(new SourceError(codeOf(error) || 'EIO', error.message, { cause: error }))
          return
        }
      }
    }
  }

  /** A question of its own, for the answer changes while something is awaited. */
  private hasFinished(): boolean {
    return this.isFinished
  }

  private async supply(kv: Backend): Promise<void> {
    const { reached } = this
    if (reached === null ? this.options.snapshot : 'snapshot' in reached)
      await this.supplySnapshot(kv, reached as Snapshot)
    if (!this.hasFinished()) await this.follow(kv)
  }

  /** What is there; in a run that goes on within it, what was there then, behind where it had come to. */
  private async supplySnapshot(kv: Backend, begun: Snapshot | null): Promise<void> {
    const { entries, revision } = await readExtent(kv, ...this.where({ revision: begun?.snapshot }))
    this.failures = 0
    this.reached = { snapshot: revision, upTo: begun?.upTo ?? null }
    const first = entries.findIndex(([path]) => path === begun?.upTo) + 1
    for (const [path, value, mod] of entries.slice(first)) {
      if (!(await this.hasRoom())) return
      this.give({ path, value, revision: mod, isSnapshot: true, afterGap: false })
      this.reached = { snapshot: revision, upTo: path }
    }
  }

  private async follow(kv: Backend): Promise<void> {
    const { reached } = this
    const from = reached === null ? {} : 'position' in reached ? reached : { revision: reached.snapshot }
    this.watch = kv.watch(...this.where({ ...from, bufferMax: this.options.bufferMax }))
    await this.watch.ready
    this.failures = 0
    for await (const { path, value, revision, afterGap } of this.watch) {
      if (!(await this.hasRoom())) return
      this.give({ path, value, revision: revision.revision, isSnapshot: false, afterGap })
    }
  }

  /** Of the missing history: what was written in it, as far as it is still there. */
  private async bridge(kv: Backend): Promise<void> {
    const { reached } = this
    if (reached === null || !('position' in reached)) {
      const since = reached?.snapshot ?? 0
      this.train.log.warn({ since }, `the state of revision ${since} is gone: the snapshot is supplied anew`)
      this.reached = null
      this.hasGap = false
      return
    }
    const since = Math.min(...revisionsOver(reached.position))
    const { entries, revision } = await readExtent(kv, ...this.where({}))
    this.train.log.warn(
      { since, revision },
      `the history from revision ${since} to ${revision} is gone: what was written meanwhile is supplied as it is now, ` +
        'what was deleted is not told',
    )
    const written = entries.filter(([, , mod]) => mod > since).sort(([, , a], [, , b]) => a - b)
    for (const [i, [path, value, mod]] of written.entries()) {
      if (!(await this.hasRoom())) return
      this.give({ path, value, revision: mod, isSnapshot: false, afterGap: true })
      // A run that is killed now needs only what is behind it, unless other keys of the same revision are still to come.
      if (written[i + 1]?.[2] !== mod) this.reached = { position: reached.position.map(() => mod) }
    }
    this.reached = { position: reached.position.map(() => revision) }
    this.hasGap = false
  }

  /** Wait until the train has room. Answers whether it goes on. */
  private async hasRoom(): Promise<boolean> {
    while (this.paused && !this.hasFinished()) await new Promise<void>((resolve) => (this.wake = resolve))
    return !this.hasFinished()
  }

  private async later(error: Error): Promise<void> {
    const { log, esc } = this.train
    const { retryMs } = this.options
    this.failures += 1
    if (this.failures === 1) log.warn({ err: error, retryMs }, `${error.message}; it is tried again`)
    else log.debug({ err: error, failures: this.failures }, error.message)
    await new Promise<void>((resolve) => esc.after(retryMs, (this.wake = resolve)))
  }

  private leaveWatch(): void {
    this.reached = this.mark() as Mark | null
    this.watch?.close()
    this.watch = null
  }

  private give(event: KvEvent): void {
    const ticket = this.open(event, 1, event.path.length + (event.value?.length ?? 0))
    this.begin(ticket)
    this.put((this.options.idSetter?.({ ...event }, this.nextId()) ?? { ...event }) as Out)
    this.end(ticket)
  }

  private where<O extends object>(options: O): [path: string, options: O & Extent] {
    const { path, extent } = this.options
    const slashed = path.endsWith('/') ? path : `${path}/`
    if (extent === 'key') return [path, options]
    if (extent === 'subtree') return [path, { ...options, subtree: true }]
    return [extent === 'children' ? slashed : path, { ...options, prefix: true }]
  }
}
