/** What is sent in order, is over in any order, and is told as over in order again. Its positions count data. */

/** A datum's place. */
export interface Place<T> {
  readonly data: T
  readonly size: number
  readonly position: number
  /** Whether it was sent and not answered for. */
  isUnderWay: boolean
  isOver: boolean
}

interface Seal {
  readonly at: number
  readonly then: (position: number) => void
}

/** From how many data that are over the list is cut: each cut moves what is left. */
const CUT_MIN = 1024

/**
 * The window.
 *
 * @example
 * const window = new Window()
 * const [a, b] = [window.append('a', 1), window.append('b', 1)]
 * b.isOver = true
 * assert.deepEqual([window.advance(), window.flushed], [false, 0])
 * a.isOver = true
 * assert.deepEqual([window.advance(), window.flushed], [true, 2])
 */
export class Window<T> {
  /** The sum of the sizes of what isn't over, or is behind such. */
  size = 0
  private places: (Place<T> | null)[] = []
  /** The position of `places[0]`, and which of them is the first that isn't over, and the next to send. */
  private base = 0
  private head = 0
  private next = 0
  private readonly seals: Seal[] = []

  /** Up to where all is over. */
  get flushed(): number {
    return this.base + this.head
  }

  get position(): number {
    return this.base + this.places.length
  }

  /** Up to where all was sent, or is over. */
  get sent(): number {
    return this.base + this.next
  }

  append(data: T, size: number): Place<T> {
    const place = { data, size, position: this.position, isUnderWay: false, isOver: false }
    this.places.push(place)
    this.size += size
    return place
  }

  /** What stands at a position; null if that is over, or nothing is there. */
  at(position: number): Place<T> | null {
    return this.places[position - this.base] ?? null
  }

  /** The next to send; null if nothing is left. */
  peek(): Place<T> | null {
    while (this.places[this.next]?.isOver === true) this.next += 1
    return this.places[this.next] ?? null
  }

  /** It is sent. */
  pass(): void {
    this.next += 1
  }

  /** Send what isn't over again, from the first. */
  rewind(): void {
    this.next = this.head
  }

  /** Tell the position as it is now, once everything up to there is over. */
  seal(then: (position: number) => void): void {
    const at = this.position
    if (this.flushed === at) then(at)
    else this.seals.push({ at, then })
  }

  /** Move `flushed` on over what is over. Answers whether it has moved. */
  advance(): boolean {
    const { places, head } = this
    for (let first = places[this.head]; first?.isOver === true; first = places[this.head]) {
      this.size -= first.size
      places[this.head] = null // What it holds is let go at once, the list in larger pieces.
      this.head += 1
    }
    if (this.head === head) return false
    this.next = Math.max(this.next, this.head)
    if (this.head === places.length || (this.head >= CUT_MIN && this.head >= places.length / 2)) {
      places.splice(0, this.head)
      this.base += this.head
      this.next -= this.head
      this.head = 0
    }
    while (this.seals[0] !== undefined && this.seals[0].at <= this.flushed) {
      const { at, then } = this.seals.shift() as Seal
      then(at)
    }
    return true
  }
}
