/** A chain of operators that values are pushed through: all that the cog Rx needs of RxJS. */
import { Subject, type Observable, type SchedulerLike, type Subscription } from 'rxjs'

/** A chain of operators. The scheduler is on the escapement's clock: operators of time get it as their last argument. */
export type Operators<In, Out> = (source$: Observable<In>, scheduler: SchedulerLike) => Observable<Out>

/** Who hears what comes out. */
export interface Hearer<T> {
  next(value: T): void
  error(error: unknown): void
  complete(): void
}

/**
 * Operators under way. When one of them fails, the hearer is told, and the next value meets a new chain.
 *
 * @example
 * const heard = []
 * const hearer = { next: (value) => heard.push(value), error() {}, complete() {} }
 * const chain = new Chain((source$) => source$, escapementScheduler(new Escapement()), hearer)
 * chain.next(1)
 * assert.deepEqual(heard, [1])
 */
export class Chain<In, Out> {
  readonly #operators: Operators<In, Out>
  readonly #scheduler: SchedulerLike
  readonly #hearer: Hearer<Out>
  #source = new Subject<In>()
  #subscription: Subscription | null = null
  #isBroken = false

  constructor(operators: Operators<In, Out>, scheduler: SchedulerLike, hearer: Hearer<Out>) {
    this.#operators = operators
    this.#scheduler = scheduler
    this.#hearer = hearer
  }

  /** Push a value in. */
  next(value: In): void {
    if (this.#subscription === null || this.#isBroken) this.#subscribe()
    this.#source.next(value)
  }

  /** There is nothing more to come: operators give what they still have, at once or later. */
  complete(): void {
    if (this.#subscription === null || this.#isBroken) this.#subscribe()
    this.#source.complete()
  }

  /** Let go of everything that is under way. */
  close(): void {
    this.#subscription?.unsubscribe()
  }

  #subscribe(): void {
    this.#isBroken = false
    this.#source = new Subject()
    this.#subscription = this.#operators(this.#source, this.#scheduler).subscribe({
      next: (value) => this.#hearer.next(value),
      error: (error: unknown) => {
        this.#isBroken = true
        this.#hearer.error(error)
      },
      complete: () => this.#hearer.complete(),
    })
  }
}
