import { Supply, requireAtLeast, requireFunction, toError, type Winder } from '../lib/movement/index.js'

/** Anything that can be subscribed to, such as an Observable of whichever version of RxJS. */
export interface Subscribable<T> {
  subscribe(observer: { next(value: T): void; error(error: unknown): void; complete(): void }): { unsubscribe(): void }
}

/** The observable, and how much may wait while the train is full. */
export interface RxSupplyOptions<Out> {
  readonly source: Subscribable<Out>
  /** How many values are kept while the train is full; an observable can't be paused. */
  readonly bufferMax?: number
}

/**
 * Supply what an observable gives, one event a value. When it completes, the supply has ended; when it fails, the
 * train stops in order and reports its error.
 *
 * @throws {TypeError} If the source can't be subscribed to.
 * @throws {RangeError} If `bufferMax` is below 1. The train fails with one if more values than that have to wait.
 * @example
 * const subscribe = ({ next, complete }) => (next('a'), complete(), { unsubscribe() {} })
 * assert.equal(String(new RxSupply(train, { source: { subscribe }, bufferMax: 5 })).includes('bufferMax=5'), true)
 */
export class RxSupply<Out> extends Supply<Out, Required<RxSupplyOptions<Out>>> {
  private readonly buffer: Out[] = []
  private feed: Feed<Out> | null = null
  private isOpen = false
  private readonly owner: Feed<Out>['owner'] = {
    take: (value) => this.take(value),
    fail: (error) => this.train.fail(toError(error)),
    flush: () => this.flush(),
  }

  constructor(train: Winder, options: RxSupplyOptions<Out>) {
    super(train, { bufferMax: 10_000, ...options })
    requireAtLeast(1, this.options, 'bufferMax')
    requireFunction(options.source, 'subscribe')
  }

  start(): void {
    this.isOpen = true
    this.feed ??= this.subscribe()
    if (this.feed.isOver) this.feed.subscription?.unsubscribe()
    this.flush()
  }

  /** What waits, and the subscription if it is to the same source: what comes of it meanwhile waits, too. */
  inherit(predecessor: this): void {
    const { feed, buffer } = predecessor
    predecessor.isOpen = false
    this.buffer.push(...buffer.splice(0))
    if (feed === null || predecessor.options.source !== this.options.source) {
      feed?.subscription?.unsubscribe()
      return
    }
    predecessor.feed = null
    feed.owner = this.owner
    this.feed = feed
  }

  finish(): void {
    this.isOpen = false
    this.feed?.subscription?.unsubscribe()
    for (const value of this.buffer.splice(0)) this.message(value, null)
  }

  override resume(): void {
    super.resume()
    this.flush()
  }

  private subscribe(): Feed<Out> {
    const feed: Feed<Out> = { owner: this.owner, subscription: null, isOver: false }
    feed.subscription = this.options.source.subscribe({
      next: (value) => feed.owner.take(value),
      error: (error) => feed.owner.fail(error),
      complete: () => {
        feed.isOver = true
        feed.owner.flush()
      },
    })
    return feed
  }

  private take(value: Out): void {
    const { bufferMax } = this.options
    if (!this.hasToWait()) this.message(value, null)
    else if (this.buffer.length < bufferMax) this.buffer.push(value)
    else {
      this.feed?.subscription?.unsubscribe()
      this.train.fail(
        new RangeError(`at most ${bufferMax} values may wait while the train is full (bufferMax): there is one more`),
      )
    }
  }

  private flush(): void {
    while (!this.hasToWait() && this.buffer.length > 0) this.message(this.buffer.shift() as Out, null)
    if (this.isOpen && this.feed?.isOver === true && this.buffer.length === 0) this.train.ended()
  }

  /** A question of its own, for a message that is put changes the answer. */
  private hasToWait(): boolean {
    return this.paused || !this.isOpen
  }
}

/** A subscription, and who gets what comes of it: after a reload that is another one. */
interface Feed<Out> {
  owner: { take(value: Out): void; fail(error: unknown): void; flush(): void }
  subscription: { unsubscribe(): void } | null
  isOver: boolean
}
