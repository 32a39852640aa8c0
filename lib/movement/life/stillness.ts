/** A while in which nothing may move: what drains tell meanwhile is heard only afterwards. */
import type { Sink } from '../cog/drain.js'

/** The stillness of one train. */
export class Stillness {
  /** The drains that have told something; null while everything may move. */
  #unheard: Set<Sink<never>> | null = null

  /** Whether what a drain tells has to wait. */
  keeps(drain: Sink<never>): boolean {
    this.#unheard?.add(drain)
    return this.#unheard !== null
  }

  /** Nothing moves during `go`; each drain that told something is heard then. */
  during(go: () => void, hear: (drain: Sink<never>) => void): void {
    const unheard = (this.#unheard = new Set<Sink<never>>())
    try {
      go()
    } finally {
      this.#unheard = null
      for (const drain of unheard) hear(drain)
    }
  }
}
