/** Which letters of a file are replayed: each event once, and only what has its input. */
import { createHash } from 'node:crypto'
import type { Letter } from './letter.js'
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
  readonly #supply: string | null
  /** By their ids, what tells their inputs from others: the inputs themselves may be large. */
  readonly #events = new Map<string, string>()

  /** `only` names a cog, `supply` where the letters came from (empty: they don't say it); null: all of them. */
  constructor(file: LetterFile, only: string | null, supply: string | null = null) {
    this.#file = file
    this.#only = only
    this.#supply = supply
  }

  /** The next ones that are to be put. */
  *[Symbol.iterator](): Generator<Replayable> {
    for (const letter of this.#file.letters()) {
      if (!this.#takes(letter)) continue
      this.selected++
      const { line, id, original } = letter
      if (original === null) {
        this.withoutOriginal.push(line)
        continue
      }
      this.replayed++
      // Several parts of one event failed: its input goes once, and each part comes of it again.
      const hash = createHash('sha256').update(original).digest('base64')
      if (this.#events.get(id) === hash) continue
      this.#events.set(id, hash)
      const [oldest] = this.#events.keys()
      if (this.#events.size > EVENTS_MAX && oldest !== undefined) this.#events.delete(oldest)
      yield { ...letter, original }
    }
  }

  /** How many of those that have their input come from each supply, by its name; empty: they don't say it. */
  supplies(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const letter of this.#file.letters()) {
      if (!this.#takes(letter) || letter.original === null) continue
      const name = letter.from.supply ?? ''
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    return counts
  }

  /** Go through all of them, to know how many there are. */
  count(): void {
    const letters = this[Symbol.iterator]()
    while (letters.next().done !== true);
  }

  #takes({ cog, from }: Letter): boolean {
    return (
      (this.#only === null || cog === this.#only) && (this.#supply === null || (from.supply ?? '') === this.#supply)
    )
  }
}
