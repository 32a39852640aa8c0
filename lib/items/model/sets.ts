/** The SETs of one item: one after the other in the order in which they came. */
import { DeadbeatError, toError } from '../../errors/index.js'
import type { EventLoop } from '../../movement/index.js'
import { andThen, isPromise } from './and-then.js'
import { ItemError } from './item-error.js'
import { ownPrincipal, type AskOptions, type ItemRequest } from './item-request.js'
import { Patience } from './patience.js'

/** What an item does with a SET. */
export interface SetSteps<T> {
  readonly key: string
  readonly isSettable: boolean
  /** Whether reqSet is an author's own. */
  readonly isOwnReqSet: boolean
  check(value: unknown): unknown
  validate(value: T | null): T | null | Promise<T | null>
  reqSet(request: ItemRequest): unknown
  publish(value: T | null): void
}

/** The queue of one item's SETs; those of different items go on side by side. */
export class Sets<T> {
  readonly #esc: EventLoop
  readonly #steps: SetSteps<T>
  readonly #waiting = new Set<() => void>()
  #isBusy = false

  constructor(esc: EventLoop, steps: SetSteps<T>) {
    this.#esc = esc
    this.#steps = steps
  }

  /**
   * Carry one out when its turn has come, unless nobody waits for it any more. Answers the value that holds then: at once, if
   * nothing is before it and no step takes its time.
   *
   * @throws {ItemError} ERR_READ_ONLY if nobody may set it; and what the steps throw at once.
   */
  run(value: unknown, options: AskOptions): T | null | Promise<T | null> {
    if (!this.#steps.isSettable) throw readOnly(this.#steps.key)
    const patience = new Patience(this.#esc, `set ${this.#steps.key}`, options)
    if (this.#isBusy) return this.#wait(patience, () => this.#take(value, options, patience))
    this.#isBusy = true
    let done: T | null | Promise<T | null> | undefined
    try {
      done = this.#take(value, options, patience)
    } finally {
      if (!isPromise(done)) patience.close()
    }
    return isPromise(done) ? patience.race(done) : done
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.size
  }

  async #wait(patience: Patience, take: () => T | null | Promise<T | null>): Promise<T | null> {
    let begin: () => void = () => undefined
    const turn = new Promise<void>((resolve) => (begin = resolve))
    this.#waiting.add(begin)
    try {
      return await patience.race(turn.then(take))
    } finally {
      this.#waiting.delete(begin) // Whoever has given up is let go: where one never ends, the others would be heaped up.
    }
  }

  /** Its turn, until it is through. */
  #take(value: unknown, options: AskOptions, patience: Patience): T | null | Promise<T | null> {
    let done: T | null | Promise<T | null> | undefined
    try {
      patience.require()
      done = this.#carryOut(value, options, patience)
    } finally {
      if (!isPromise(done)) this.#handOver()
    }
    return isPromise(done) ? done.finally(() => this.#handOver()) : done
  }

  #handOver(): void {
    const [next] = this.#waiting
    this.#isBusy = next !== undefined
    if (next === undefined) return
    this.#waiting.delete(next)
    next()
  }

  #carryOut(value: unknown, options: AskOptions, patience: Patience): T | null | Promise<T | null> {
    const steps = this.#steps
    const { principal = ownPrincipal } = options
    const check = (): T | null | Promise<T | null> => steps.validate(steps.check(value) as T | null)
    const refused = (error: unknown): unknown => this.#failure(error, true)
    return andThen(attempt(check, refused), (asked: T | null) => {
      patience.begin() // To validate may have taken long.
      const request = { type: 'SET', value: asked, refresh: false, principal } as const
      const set = (): unknown => steps.reqSet(patience.requestOf(request, steps.isOwnReqSet))
      return andThen(
        attempt(set, (error) => this.#failure(error, isRefusal(error))),
        (answer) => {
          const accepted = answer === undefined ? asked : (answer as T | null)
          steps.publish(accepted)
          return accepted
        },
      )
    })
  }

  /** What was thrown, as an error that names the item. Errors of ours stay as they are. */
  #failure(error: unknown, isRefused: boolean): unknown {
    if (error instanceof DeadbeatError) return error
    const code = isRefused ? 'ERR_ITEM_VALUE' : 'ERR_ITEM_SET'
    return new ItemError(code, `cannot set ${this.#steps.key}: ${toError(error).message}`, { cause: error })
  }
}

/** Do a step; what it throws, now or later, is thrown as `wrap` makes it. */
function attempt<A>(step: () => A | PromiseLike<A>, wrap: (error: unknown) => unknown): A | Promise<A> {
  try {
    const done = step()
    if (!isPromise(done)) return done
    return Promise.resolve(done).catch((error: unknown) => {
      throw wrap(error)
    })
  } catch (error) {
    throw wrap(error)
  }
}

function readOnly(key: string): ItemError {
  const message = `${key} can't be set: it only shows what is (a setting of an app: change its configuration, then reload)`
  return new ItemError('ERR_READ_ONLY', message)
}

function isRefusal(error: unknown): boolean {
  return ['TypeError', 'RangeError'].includes(toError(error).name)
}
