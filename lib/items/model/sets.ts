/** The SETs of one item: one after the other in the order in which they came. */
import { DeadbeatError, toError } from '../../errors/index.js'
import type { EventLoop } from '../../movement/index.js'
import { ItemError } from './item-error.js'
import { ownPrincipal, type AskOptions, type ItemRequest } from './item-request.js'
import { Patience } from './patience.js'

/** What an item does with a SET. */
export interface SetSteps<T> {
  readonly key: string
  check(value: unknown): unknown
  validate(value: T | null): T | null | Promise<T | null>
  reqSet(request: ItemRequest): unknown
  publish(value: T | null): void
}

const ignore = (): void => undefined

/** The queue of one item's SETs; those of different items go on side by side. */
export class Sets<T> {
  readonly #esc: EventLoop
  readonly #steps: SetSteps<T>
  #last: Promise<unknown> = Promise.resolve()

  constructor(esc: EventLoop, steps: SetSteps<T>) {
    this.#esc = esc
    this.#steps = steps
  }

  /** Carry one out when its turn has come, unless nobody waits for it any more. Answers the value that holds then. */
  run(value: unknown, options: AskOptions): Promise<T | null> {
    const patience = new Patience(this.#esc, `set ${this.#steps.key}`, options)
    const work = this.#last.then(async () => {
      patience.require()
      return await this.#carryOut(value, options, patience)
    })
    this.#last = work.catch(ignore) // Told to who asked.
    return patience.race(work)
  }

  async #carryOut(value: unknown, { principal = ownPrincipal }: AskOptions, patience: Patience): Promise<T | null> {
    const steps = this.#steps
    let asked: T | null
    try {
      asked = await steps.validate(steps.check(value) as T | null)
    } catch (error) {
      throw this.#failure(error, true)
    }
    patience.begin() // To validate may have taken long.
    let answer: unknown
    try {
      answer = await steps.reqSet(patience.requestOf({ type: 'SET', value: asked, refresh: false, principal }))
    } catch (error) {
      throw this.#failure(error, ['TypeError', 'RangeError'].includes(toError(error).name))
    }
    const accepted = answer === undefined ? asked : (answer as T | null)
    steps.publish(accepted)
    return accepted
  }

  /** What was thrown, as an error that names the item. Errors of ours stay as they are. */
  #failure(error: unknown, isRefusal: boolean): unknown {
    if (error instanceof DeadbeatError) return error
    const code = isRefusal ? 'ERR_ITEM_VALUE' : 'ERR_ITEM_SET'
    return new ItemError(code, `cannot set ${this.#steps.key}: ${toError(error).message}`, { cause: error })
  }
}
