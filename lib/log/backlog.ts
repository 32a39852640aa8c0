/** Lines that wait while a destination doesn't take them: bounded, and what is beyond is counted. */

/** See above. The oldest stay, for they say how it began; one line is taken however long it is. */
export class Backlog {
  readonly #bytesMax: number
  #lines: string[] = []
  #from = 0
  #bytes = 0
  #lost = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** How many lines wait. */
  get length(): number {
    return this.#lines.length - this.#from
  }

  /** The oldest line; undefined if none waits. */
  get first(): string | undefined {
    return this.#lines[this.#from]
  }

  push(line: string): void {
    const bytes = Buffer.byteLength(line)
    if (this.length > 0 && this.#bytes + bytes > this.#bytesMax) {
      this.#lost++
      return
    }
    this.#lines.push(line)
    this.#bytes += bytes
  }

  /** The oldest line is where it belongs. */
  shift(): void {
    this.#bytes -= Buffer.byteLength(this.first ?? '')
    this.#from++
    if (this.#from * 2 <= this.#lines.length) return
    this.#lines = this.#lines.slice(this.#from)
    this.#from = 0
  }

  /** Count lines that are gone for another reason. */
  lose(lines = 1): void {
    this.#lost += lines
  }

  /** How many lines were lost since this was asked last. */
  takeLost(): number {
    const lost = this.#lost
    this.#lost = 0
    return lost
  }

  /** All that waits, which from now on does no more. */
  takeAll(): string[] {
    const lines = this.#lines.slice(this.#from)
    this.#lines = []
    this.#from = 0
    this.#bytes = 0
    return lines
  }
}
