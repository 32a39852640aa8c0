/** An RxJS scheduler on an escapement, so that operators of time obey its clock, a manual one too. */
import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs'
import type { Binding, EventLoop } from '../movement/loop/event-loop.js'

/** One scheduled piece of work. It may schedule itself again while it runs, else it is over. */
class Action<T> extends Subscription implements SchedulerAction<T> {
  readonly #esc: EventLoop
  readonly #work: (this: SchedulerAction<T>, state?: T) => void
  #binding: Binding | null = null

  constructor(esc: EventLoop, work: (this: SchedulerAction<T>, state?: T) => void) {
    super()
    this.#esc = esc
    this.#work = work
    this.add(() => {
      this.#unbind()
    })
  }

  schedule(state?: T, delayMs = 0): Subscription {
    if (this.closed) return this
    this.#unbind()
    const run = (): void => {
      this.#run(state)
    }
    this.#binding = delayMs > 0 ? this.#esc.after(delayMs, run) : this.#esc.enqueue(run)
    return this
  }

  #run(state: T | undefined): void {
    this.#binding = null
    let isAgain = false
    try {
      this.#work.call(this, state)
      isAgain = this.#isBound()
    } finally {
      if (!isAgain) this.unsubscribe()
    }
  }

  #isBound(): boolean {
    return this.#binding !== null
  }

  #unbind(): void {
    const binding = this.#binding
    this.#binding = null
    if (binding !== null && !this.#esc.cancel(binding)) this.#esc.dequeue(binding)
  }
}

/**
 * The scheduler of an escapement: work without a delay is enqueued, other work is a timer, and `now()` is its own.
 *
 * @example
 * const clock = new ManualClock()
 * const scheduler = escapementScheduler(new Escapement({ clock }))
 * const heard = []
 * scheduler.schedule((word) => heard.push(word), 50, 'later')
 * clock.advance(49)
 * assert.deepEqual(heard, [])
 * clock.advance(1)
 * assert.deepEqual(heard, ['later'])
 */
export function escapementScheduler(esc: EventLoop): SchedulerLike {
  return {
    now: () => esc.now(),
    schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delayMs = 0, state?: T): Subscription {
      return new Action<T>(esc, work).schedule(state, delayMs)
    },
  }
}
