/** The open end of a line: what comes out of a train where no drain stands. */
import { TrainError } from '../errors.js'
import type { Json } from '../cog/cog.js'
import type { Sink } from '../cog/drain.js'

/** Hands data to whoever listens to the train's output. */
export class Outlet implements Sink<unknown> {
  #count = 0
  readonly #listeners: ReadonlySet<(data: unknown) => void>

  constructor(listeners: ReadonlySet<(data: unknown) => void>) {
    this.#listeners = listeners
  }

  get flushed(): number {
    return this.#count
  }

  take(data: unknown): void {
    if (this.#listeners.size === 0) {
      throw new TrainError(
        'a datum reached the open end of a line, where nobody listens: end the line with a drain, or listen with onOutput()',
      )
    }
    for (const listener of this.#listeners) listener(data)
    this.#count++
  }

  position(): number {
    return this.#count
  }

  full(): boolean {
    return false
  }

  seal(then: (mark: Json) => void): void {
    then(this.#count)
  }
}
