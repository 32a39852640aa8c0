/** How an item follows the one of a daemon: what it hears of it, asks it for and sets it to. */
import type { AskOptions } from './item-request.js'
import type { Link } from './link.js'
import type { Reading } from './reading.js'

/** The way from one item to the daemon's. */
export class Following {
  readonly #link: Link
  readonly #key: string
  readonly #take: (reading: Reading, missed: number) => void
  #stop: (() => void) | null = null
  #heardCount = 0

  /** `take` is told what the daemon has. */
  constructor(link: Link, key: string, take: (reading: Reading, missed: number) => void) {
    this.#link = link
    this.#key = key
    this.#take = take
  }

  /** Whether each new value is heard of. */
  get isOn(): boolean {
    return this.#stop !== null
  }

  on(): void {
    this.#stop ??= this.#link.subscribe(this.#key, (reading, missed) => {
      this.#heardCount++
      this.#take(reading, missed)
    })
  }

  off(): void {
    this.#stop?.()
    this.#stop = null
  }

  /** Ask the daemon. */
  async get(options: AskOptions & { readonly refresh: boolean }): Promise<Reading> {
    const heard = this.#heardCount
    const reading = await this.#link.get(this.#key, options)
    this.#takeUnlessOlder(heard, reading)
    return reading
  }

  /** Set the daemon's, and take what it accepted. */
  async set(value: unknown, options: AskOptions & { readonly wait: boolean }, now: () => number): Promise<unknown> {
    const heard = this.#heardCount
    const accepted = await this.#link.set(this.#key, value, options)
    if (options.wait) this.#takeUnlessOlder(heard, { value: accepted, time: now() })
    return accepted
  }

  /** What was heard since it was asked may be newer than the answer: they come by two ways. */
  #takeUnlessOlder(heard: number, reading: Reading): void {
    if (heard === this.#heardCount) this.#take(reading, 0)
  }
}
