/** Seals: who wants to be told the mark of an output at a position, once it has got there. */

interface Seal<Mark> {
  readonly at: number
  readonly then: (mark: Mark) => void
  mark: Mark | undefined
}

/** The seals of one output, in the order of their positions. */
export class Seals<Mark> {
  private waiting: Seal<Mark>[] = []

  /** Whether nobody waits. */
  get isEmpty(): boolean {
    return this.waiting.length === 0
  }

  /** The first position at which a mark is still to be made; Infinity if there is none. A write must not go across it. */
  get next(): number {
    return this.waiting.find(({ mark }) => mark === undefined)?.at ?? Infinity
  }

  /** Tell the mark of a position once everything up to there is as safe as it is meant to be. */
  add(at: number, then: (mark: Mark) => void): void {
    this.waiting.push({ at, then, mark: undefined })
  }

  /** Everything up to a position is written, and nothing behind it: the mark there is `make()`. */
  wrote(position: number, make: () => Mark): void {
    for (const seal of this.waiting) if (seal.at <= position) seal.mark ??= make()
  }

  /** Everything up to a position is safe. */
  reached(position: number): void {
    for (let first = this.waiting[0]; first?.mark !== undefined && first.at <= position; first = this.waiting[0]) {
      this.waiting.shift()
      first.then(first.mark)
    }
  }
}
