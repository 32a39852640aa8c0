/** Seals: who wants to be told once an output has reached a position. */

/** The seals of one output, in the order of their positions. */
export class Seals {
  private waiting: { at: number; length: number; then: (length: number) => void }[] = []

  /** Whether nobody waits. */
  get isEmpty(): boolean {
    return this.waiting.length === 0
  }

  /** Tell `length` once the output has reached the position `at`. */
  add(at: number, length: number, then: (length: number) => void): void {
    this.waiting.push({ at, length, then })
  }

  /** The output has reached a position. */
  reached(position: number): void {
    for (let first = this.waiting[0]; first !== undefined && first.at <= position; first = this.waiting[0]) {
      this.waiting.shift()
      first.then(first.length)
    }
  }
}
