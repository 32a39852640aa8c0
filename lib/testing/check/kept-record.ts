/** A check-point in memory, as text. */
import type { Json } from '../../movement/cog/cog.js'
import type { Checkpoints } from '../../movement/cut/record.js'

/** Keeps the last record, until the life that stores it is over. */
export class KeptRecord implements Checkpoints {
  readonly name = 'memory'
  stores = 0
  /** What is stored from now on is not kept: its writer was killed. */
  isKilled = false
  #text: string | null

  /** It may begin with the text of another's record. */
  constructor(text: string | null = null) {
    this.#text = text
  }

  get text(): string | null {
    return this.#text
  }

  load(): Json {
    return this.#text === null ? null : (JSON.parse(this.#text) as Json)
  }

  store(json: string): Promise<void> {
    this.stores++
    if (!this.isKilled) this.#text = json
    return Promise.resolve()
  }

  clear(): Promise<void> {
    if (!this.isKilled) this.#text = null
    return Promise.resolve()
  }

  close(): void {
    // Nothing is open.
  }
}
