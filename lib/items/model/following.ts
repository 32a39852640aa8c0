/** How an item follows the one of a daemon: what it hears of it, asks it for and sets it to. */
import type { AskOptions } from './item-request.js'
import type { Link } from './link.js'
import type { Reading } from './reading.js'
import { isSameValue } from './same-value.js'

/** `isTold`: those who listen know of the value already. Answers whether it is another one than was known. */
type Take = (reading: Reading, missed: number, isTold?: boolean) => boolean

/** The way from one item to the daemon's. */
export class Following {
  readonly #link: Link
  readonly #key: string
  readonly #take: Take
  #stop: (() => void) | null = null
  #heardCount = 0
  /** What an own SET made of it, and when it was asked for: its publication is still to come. */
  #expected: Reading | null = null

  /** `take` is told what the daemon has. */
  constructor(link: Link, key: string, take: Take) {
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
      this.#hear(reading, missed)
    })
  }

  off(): void {
    this.#stop?.()
    this.#stop = null
    this.#expected = null
  }

  /** What comes next may be of another connection or daemon: nothing can be said of what was to come. */
  expectNothing(): void {
    this.#expected = null
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
    const askedAt = now()
    const accepted = await this.#link.set(this.#key, value, options)
    if (!options.wait || heard !== this.#heardCount) return accepted
    const isNew = this.#take({ value: accepted, time: now() }, 0)
    if (isNew && this.isOn) this.#expected = { value: accepted, time: askedAt }
    return accepted
  }

  /**
   * The answer to an own SET may be faster than publications: the one of its value is no news any more, and one from before it
   * was asked for has been overtaken. Where one was missed, nothing can be said of those that came.
   */
  #hear(reading: Reading, missed: number): void {
    const expected = this.#expected
    const isOwn = expected !== null && missed === 0 && isSameValue(reading.value, expected.value)
    if (expected !== null && missed === 0 && !isOwn && reading.time < expected.time) return
    this.#expected = null
    this.#take(reading, missed, isOwn)
  }

  /** What was heard since it was asked may be newer than the answer: they come by two ways. */
  #takeUnlessOlder(heard: number, reading: Reading): void {
    if (heard === this.#heardCount) this.#take(reading, 0)
  }
}
