/** What is ready to run: the queue that all event sources enter into and the escapement's ticks empty. */
import { requireFunction } from '../../errors/index.js'
import type { Binding } from './event-loop.js'

/** Something that can stand in the queue. What is no longer live when its turn comes is passed over. */
export abstract class Entry implements Binding {
  live = true

  /** Do what was bound. */
  abstract run(): void
}

/** A callable that was entered by itself: it runs once. */
export class Call extends Entry {
  /** What was entered, to be found again by it. */
  readonly fn: unknown
  readonly #call: () => void

  constructor(fn: unknown, call: () => void) {
    super()
    this.fn = fn
    this.#call = call
  }

  run(): void {
    this.live = false
    this.#call()
  }
}

/**
 * A callable and its arguments as one call; what the event tells comes first.
 *
 * @throws {TypeError} If it cannot be called.
 */
export function bind<E extends unknown[], A extends unknown[]>(
  fn: (...all: [...E, ...A]) => void,
  args: A,
): (...event: E) => void {
  requireFunction({ fn }, 'fn')
  return args.length === 0 ? (fn as unknown as (...event: E) => void) : (...event) => fn(...event, ...args)
}

const KEPT_MAX = 65_536 // So that one flood doesn't hold its memory for ever.

/**
 * A first-in first-out queue that is run in rounds: a round is what was in it when the round began.
 *
 * @example
 * const ready = new Ready()
 * const heard = []
 * ready.enter(new Call(null, () => ready.enter(new Call(null, () => heard.push('second round')))))
 * ready.enter(new Call(null, () => heard.push('first round')))
 * ready.run()
 * assert.deepEqual([heard, ready.size], [['first round'], 1])
 */
export class Ready {
  #entering: (Entry | null)[] = []
  #running: (Entry | null)[] = []
  #entered = 0
  #at = 0
  #end = 0

  /** How many are waiting, those included that are no longer live. */
  get size(): number {
    return this.#end - this.#at + this.#entered
  }

  /** Whether an exception has broken off a round whose rest is still to run. */
  get isBroken(): boolean {
    return this.#at < this.#end
  }

  /** Put one in at the end. */
  enter(entry: Entry): void {
    this.#entering[this.#entered++] = entry
  }

  /**
   * Run a round. An exception comes out at once, and what is left of the round is the next one.
   */
  run(): void {
    if (this.#at === this.#end) this.#turn()
    while (this.#at < this.#end) {
      const entry = this.#running[this.#at] ?? null
      this.#running[this.#at++] = null
      if (entry?.live === true) entry.run()
    }
  }

  /** Those that wait, in order; for the rare look through all. */
  *waiting(): Generator<Entry> {
    for (let i = this.#at; i < this.#end; i++) if (this.#running[i]) yield this.#running[i] as Entry
    for (let i = 0; i < this.#entered; i++) if (this.#entering[i]) yield this.#entering[i] as Entry
  }

  #turn(): void {
    const emptied = this.#running.length > KEPT_MAX ? [] : this.#running
    this.#running = this.#entering
    this.#entering = emptied
    this.#at = 0
    this.#end = this.#entered
    this.#entered = 0
  }
}
