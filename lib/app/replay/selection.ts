/** Which letters of a file are replayed: each event once, and only what has its input. */
import type { LetterFile } from './letter-file.js'
import type { Replayable } from './letter-supply.js'

/** Of so many events it is remembered that they were taken: the letters of one stand near each other. */
const EVENTS_MAX = 100_000

/** Goes through a file's letters, and counts. */
export class Selection implements Iterable<Replayable> {
  /** Letters of the chosen cog, and of those: how many are replayed, and the lines of those that can't be. */
  selected = 0
  replayed = 0
  readonly withoutOriginal: number[] = []
  readonly #file: LetterFile
  readonly #only: string | null
  readonly #events = new Map<string, Buffer>()

  /** `only` names a cog; null: all of them. */
  constructor(file: LetterFile, only: string | null) {
    this.#file = file
    this.#only = only
  }

  /** The next ones that are to be put. */
  *[Symbol.iterator](): Generator<Replayable> {
    for (const letter of this.#file.letters()) {
      if (this.#only !== null && letter.cog !== this.#only) continue
      this.selected++
      const { line, id, original } = letter
      if (original === null) {
        this.withoutOriginal.push(line)
        continue
      }
      this.replayed++
      // Several parts of one event failed: its input goes once, and each part comes of it again.
      if (this.#events.get(id)?.equals(original) === true) continue
      this.#events.set(id, original)
      const [oldest] = this.#events.keys()
      if (this.#events.size > EVENTS_MAX && oldest !== undefined) this.#events.delete(oldest)
      yield { ...letter, original }
    }
  }

  /** Go through all of them, to know how many there are. */
  count(): void {
    const letters = this[Symbol.iterator]()
    while (letters.next().done !== true);
  }
}
