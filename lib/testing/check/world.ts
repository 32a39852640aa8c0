/** What happens around a cog in its own time: promises that are kept in random order, and requests to the system. */
import { turnOfNode } from '../../movement/loop/clock.js'
import type { Random } from './random.js'

/** What a cog that is checked may be made of. */
export interface CheckWorld {
  /** A promise that is kept later, not in the order of the asking: for whatever a cog waits for. */
  readonly later: () => Promise<void>
}

/** How long a request to the system may take: real time, in ms. */
const REQUEST_MS = 10_000

/** The world of one run. */
export class World implements CheckWorld {
  readonly #random: Random
  readonly #promised: (() => void)[] = []

  constructor(random: Random) {
    this.#random = random
  }

  /** How many promises are still to be kept. */
  get promised(): number {
    return this.#promised.length
  }

  readonly later = (): Promise<void> => new Promise((resolve) => this.#promised.push(resolve))

  /** Keep so many, any of them. */
  keep(count: number): void {
    for (let i = 0; i < count && this.#promised.length > 0; i++) {
      this.#promised.splice(this.#random.below(this.#promised.length), 1)[0]?.()
    }
  }
}

/** Requests that nobody answers, whoever made them: they are waited for once. */
let unanswered = 0

/** Let Node do all that is ready, and wait for what the system is asked for (a file, a look-up), so long at most. */
export async function settle(requestMs = REQUEST_MS): Promise<void> {
  const startMs = performance.now()
  let isOver = false
  while (!isOver) {
    await turnOfNode()
    const requests = process.getActiveResourcesInfo().filter((name) => /req/i.test(name)).length
    isOver = performance.now() - startMs >= requestMs
    unanswered = isOver ? requests : Math.min(unanswered, requests)
    isOver ||= requests === unanswered
  }
}
