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
  private subscription: { unsubscribe(): void } | null = null
  private isOver = false

  constructor(train: Winder, options: RxSupplyOptions<Out>) {
    super(train, { bufferMax: 10_000, ...options })
    requireAtLeast(1, this.options, 'bufferMax')
    requireFunction(options.source, 'subscribe')
  }

  start(): void {
    this.subscription = this.options.source.subscribe({
      next: (value) => this.take(value),
      error: (error) => this.train.fail(toError(error)),
      complete: () => {
        this.isOver = true
        this.flush()
      },
    })
    if (this.isOver) this.subscription.unsubscribe()
  }

  finish(): void {
    this.subscription?.unsubscribe()
    for (const value of this.buffer.splice(0)) this.message(value, null)
  }

  override resume(): void {
    super.resume()
    this.flush()
  }

  private take(value: Out): void {
    const { bufferMax } = this.options
    if (!this.paused) this.message(value, null)
    else if (this.buffer.length < bufferMax) this.buffer.push(value)
    else {
      this.subscription?.unsubscribe()
      this.train.fail(
        new RangeError(`at most ${bufferMax} values may wait while the train is full (bufferMax): there is one more`),
      )
    }
  }

  private flush(): void {
    while (!this.paused && this.buffer.length > 0) this.message(this.buffer.shift() as Out, null)
    if (this.isOver && this.buffer.length === 0) this.train.ended()
  }
}
