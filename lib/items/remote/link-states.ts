/** The states of a link: which it has, and who hears of each new one. */
import type { LinkState } from '../model/link.js'

/**
 * What links have in common.
 *
 * @example
 * const states = new LinkStates()
 * const heard: string[] = []
 * const stop = states.onState((state) => heard.push(state))
 * states.change('connected')
 * states.change('connected')
 * stop()
 * states.change('lost')
 * assert.deepEqual([heard, states.current], [['connected'], 'lost'])
 */
export class LinkStates {
  current: LinkState = 'connecting'
  readonly #listeners = new Set<(state: LinkState) => void>()

  /** Hear of each new state. Answers how to stop. */
  onState(listener: (state: LinkState) => void): () => void {
    const own = (state: LinkState): void => listener(state) // So that one function may listen twice.
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  /** It is in this state now. */
  change(state: LinkState): void {
    if (state === this.current) return
    this.current = state
    for (const listener of [...this.#listeners]) listener(state)
  }
}
