// Longer than 300 lines because the train before the queue, its dead letters and the queue hand over to each other.
import { resolve } from 'node:path'
import { DiskQueue, type QueueRange } from '../lib/files/disk-queue.js'
import { jsonText, lineOfDatum } from '../lib/files/json-text.js'
import { QUEUE_DEFAULTS, queueConfig } from '../lib/files/queue-config.js'
import { readQueueMark, readQueueRange } from '../lib/files/queue-mark.js'
import {
  Drain,
  SourceError,
  Supply,
  Train,
  TrainError,
  Upstream,
  codeOf,
  insert,
  requireAtLeast,
  requireFunction,
  toError,
  type DeadLetter,
  type Json,
  type Provenance,
  type Settings,
  type Ticket,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const bufferBaseConfig = insert({ ...queueConfig })

type BufferSettings = Settings<typeof bufferBaseConfig>

/** The operator's settings, all but `directory` with defaults, and what leads into the queue. */
export interface BufferOptions<T> extends Partial<BufferSettings> {
  readonly directory: string
  /** Composes what stands before the queue: lines of cogs that are made with this train, and end in this drain. */
  readonly upstream: (train: Train, queue: Drain<T>) => unknown
}

/** What came of a chunk of the queue, or of a dead letter of what stands before it. */
type Origin = { readonly range: QueueRange } | Diverted

/** A dead letter of what stands before the queue, until that is told that it is over. */
interface Diverted {
  readonly letter: DeadLetter
  readonly over: () => void
  isWritten: boolean
}

/** What a queue holds, and what it lost. */
export interface BufferProgress {
  /** Bytes in the queue, those included that are over and not removed yet. */
  readonly bytes: number
  /** How many data gave way in this run, with `dropOldest`. */
  readonly dropped: number
}

/**
 * Keep what a supply gives that can't give it again (a socket, the standard input) in a bounded queue on disk, and supply
 * it from there: once it is in the queue, neither a crash nor a slow drain loses it.
 *
 * Out: the data that `upstream` leads into the queue, in their order; they must be JSON. What stands before the queue is
 * a train of its own, without check-points: only a full queue makes it wait, an event of it is over once it is in the
 * queue, and its dead letters go to the dead letters behind. When it has ended, the queue is emptied, and then the train
 * ends, too. When the train is stopped, what is left stays for the next run.
 *
 * After a crash, what was not over comes again; where the train keeps check-points, from where the last one found it, so
 * that from the queue to files each datum comes once. What was acknowledged survives a loss of power, too, with `sync`.
 * With `dropOldest` the oldest file gives way of which nothing is under way, which is told in the log and counted in
 * `progress()`; if there is none, what stands before waits.
 *
 * @throws {RangeError} If a limit is too low.
 * @throws {TypeError} If `upstream` is no function.
 * @example
 * const upstream = (train, queue) => train.line(new IntervalSupply(train, { count: 3 }), queue)
 * const buffer = new BufferCog(train, { directory: '/var/spool/ticks', maxBytes: 1e9, upstream })
 * assert.deepEqual(buffer.progress(), { bytes: 0, dropped: 0 })
 */
export class BufferCog<T> extends Supply<T, BufferSettings, Origin> {
  static readonly baseConfig = bufferBaseConfig
  /** The train of what stands before the queue. */
  readonly upstream: Train
  override dress: ((line: string) => T) | null = null
  private readonly before: Upstream
  private readonly queue: DiskQueue
  private readonly entrance: Entrance<T>
  private readonly diverted = new Set<Diverted>()
  private predecessor: BufferCog<T> | null = null
  private isOpen = false
  private isStopping = false
  private isLeft = false

  constructor(train: Train, { upstream, ...options }: BufferOptions<T>) {
    super(train, { ...QUEUE_DEFAULTS, ...options, directory: resolve(options.directory) })
    requireFunction({ upstream }, 'upstream')
    requireAtLeast(4096, this.options, 'maxBytes')
    requireAtLeast(512, this.options, 'segmentBytes')
    requireAtLeast(1, this.options, 'syncMs', 'cursorMs', 'bufferMax', 'retryMs')
    requireAtLeast(0, this.options, 'retriesMax')
    const { esc, log } = this.train
    this.queue = new DiskQueue(esc, log, this.options, {
      flushed: () => this.entrance.hasFlushed(),
      chunk: (texts, range) => this.give(texts, range),
      mayGo: (then) => this.train.checkpoint(then),
      failed: (error) => this.train.fail(sourceError(error)),
    })
    this.before = new Upstream(train, (letter, over) => this.divert(letter, over))
    this.upstream = this.before.train
    this.entrance = new Entrance(this.upstream, this.queue)
    upstream(this.upstream, this.entrance)
  }

  /**
   * @throws {SourceError} If the queue is damaged, in use by another run, or can't be opened.
   * @throws {TrainError} If nothing leads into the queue, or a supply that needs none.
   */
  async start(): Promise<void> {
    this.requireUpstream()
    if (!this.isOpen) this.openQueue(null)
    for (const { letter, isWritten } of this.predecessor?.diverted ?? [])
      if (!isWritten) this.divert(letter, () => undefined)
    this.predecessor = null
    await this.before.start((error) => {
      if (error !== null) this.train.fail(error)
      this.endIfEmpty()
    })
    if (!this.paused) this.resume()
  }

  /** What stands before the queue takes over its like; dead letters that are not written by then go on here. */
  inherit(predecessor: this): void {
    this.before.inherit(predecessor.before)
    this.predecessor = predecessor
    predecessor.isLeft = true
  }

  async finish(): Promise<void> {
    this.isStopping = true
    this.queue.pause()
    if (this.isLeft) for (const { over } of this.diverted) over()
    await this.upstream.stop()
    await this.queue.rest()
  }

  done(): void {
    this.queue.close()
  }

  reopen(): void {
    this.upstream.notify('reopen')
  }

  override pause(): void {
    super.pause()
    this.queue.pause()
  }

  override resume(): void {
    super.resume()
    this.queue.resume()
    this.endIfEmpty()
  }

  override acknowledge({ origin }: Ticket<Origin>): void {
    if ('range' in origin) this.queue.settle(origin.range)
    else {
      origin.isWritten = true
      this.letGo(origin)
    }
  }

  override original({ origin }: Ticket<Origin>, k: number): Uint8Array | null {
    if ('letter' in origin) return origin.letter.original
    const text = this.queue.textsOf(origin.range)[k]
    return text === undefined ? null : Buffer.from(text)
  }

  override provenance({ origin }: Ticket<Origin>): Provenance {
    if (!('letter' in origin)) return {}
    const { supply: _, ...where } = origin.letter.from ?? {} // That one stands in another train.
    return where
  }

  override mark(): Json {
    return { version: 1, directory: this.options.directory, given: this.isOpen ? this.queue.given : null }
  }

  /** @throws {SourceError} With code ERR_MARK, if the mark is none; else as `start`. */
  override continueFrom(mark: Json): void {
    const { directory } = this.options
    const { directory: before, given } = attempt(() => readQueueMark(mark))
    this.openQueue(before === directory ? given : null)
    if (before === directory) return
    this.train.log.warn({ directory }, `the queue was kept in ${before} before: what is left there is not given`)
  }

  /** A dead letter of what stands before the queue has none: there it was not acknowledged. */
  override originMark(origin: Origin): Json {
    if ('letter' in origin) return null
    const { start, end } = origin.range
    return { start, end }
  }

  override supplyAgain(origin: Json, ks: readonly number[]): void {
    if (origin === null) return
    const range = attempt(() => readQueueRange(origin))
    const texts = attempt(() => this.queue.textsOf(range))
    if (texts.length <= (ks.at(-1) ?? -1)) {
      const message = `data ${ks.join(', ')} of the bytes ${range.start} to ${range.end} of the queue were under way, and are not in it any more`
      this.train.log.error({ ...range, data: ks }, message)
      return
    }
    this.queue.begin(range)
    const ticket = this.open({ range }, texts.length, range.end - range.start)
    this.begin(ticket)
    const wanted = new Set(ks)
    texts.forEach((text, k) => (wanted.has(k) ? this.put(JSON.parse(text) as T) : this.skip()))
    this.end(ticket)
  }

  /** What the queue holds, and what it lost. */
  progress(): BufferProgress {
    const { bytes, dropped } = this.queue
    return { bytes, dropped }
  }

  /** A later run would cut off what was written behind its check-point, and nobody could supply a letter again. */
  private letGo(diverted: Diverted): void {
    this.train.checkpoint((isStored) => {
      if (!isStored) this.train.esc.after(this.options.retryMs, () => this.letGo(diverted))
      else if (this.diverted.delete(diverted)) diverted.over()
    })
  }

  private requireUpstream(): void {
    const { supplies } = this.upstream.wind()
    if (this.upstream.placeOf(this.entrance) < 0)
      throw new TrainError('upstream must end a line in the queue that it is given: none of its lines leads there')
    const needless = supplies.find((supply) => supply.mark !== undefined)
    if (needless === undefined) return
    const message = `${needless.constructor.name} can supply again what it gave, and needs no queue: let it lead into the train itself, whose check-points know of it`
    throw new TrainError(message)
  }

  private openQueue(given: number | null): void {
    attempt(() => this.queue.open(given))
    this.isOpen = true
  }

  private endIfEmpty(): void {
    if (this.before.isOver && !this.isStopping && this.queue.isAtEnd) this.train.ended()
  }

  private give(texts: readonly string[], range: QueueRange): void {
    const ticket = this.open({ range }, texts.length, range.end - range.start)
    this.begin(ticket)
    for (const text of texts) this.put(JSON.parse(text) as T)
    this.end(ticket)
    this.endIfEmpty()
  }

  /** What failed before the queue fails here once more: so it becomes a dead letter of the train. */
  private divert(letter: DeadLetter, over: () => void): void {
    const { error, cog } = letter
    const diverted = { letter, over, isWritten: false }
    this.diverted.add(diverted)
    if (this.isLeft) {
      over()
      return
    }
    this.dress = () => {
      throw cog === this.entrance.constructor.name ? error.cause : error
    }
    const ticket = this.open(diverted, 1)
    this.begin(ticket)
    this.lines(lineOfDatum(letter.data))
    this.end(ticket)
  }
}

/** The end of the lines that lead into the queue. */
class Entrance<T> extends Drain<T> {
  private readonly queue: DiskQueue

  constructor(train: Winder, queue: DiskQueue) {
    super(train, {})
    this.queue = queue
  }

  get flushed(): number {
    return this.queue.flushed
  }

  take(data: T): void {
    this.queue.put(jsonText(data))
  }

  position(): number {
    return this.queue.position()
  }

  override full(): boolean {
    return this.queue.full()
  }

  finish(): Promise<void> {
    return this.queue.drained()
  }

  hasFlushed(): void {
    this.train.flushed(this)
  }
}

/** @throws {SourceError} What the work throws. */
function attempt<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw sourceError(toError(error))
  }
}

function sourceError(error: Error): SourceError {
  return new SourceError(codeOf(error) || 'EIO', error.message, { cause: error })
}
