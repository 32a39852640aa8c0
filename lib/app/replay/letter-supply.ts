/** Supplies the inputs of dead letters, in the place of the supply that they came from. */
import type { LineSetters } from '../../files/dress.js'
import { textOfPiece, type Encoding } from '../../files/text.js'
import { Supply, type Binding, type Provenance, type Ticket, type Winder } from '../../movement/index.js'
import { filenameIn } from './filename-in.js'
import type { Letter } from './letter.js'

/** A letter whose input is known. */
export interface Replayable extends Letter {
  readonly original: Buffer
}

/** How many bytes are put before others have their turn. */
const STEP_BYTES = 65_536

/** What a supply of lines is asked for, if it is one. */
interface LineOptions extends LineSetters<unknown> {
  readonly encoding?: Encoding
  readonly lineMax?: number
}

/**
 * One letter after the other, each as one event: its input as a line, which becomes the datum that the other supply
 * would have made of it. Without letters it ends at once.
 */
export class LetterSupply extends Supply<unknown, object, Letter> {
  override readonly isBatch = true
  override dress: ((line: string) => unknown) | null
  /** How many inputs were put, and of how many everything is over and durable. */
  supplied = 0
  acknowledged = 0
  /** Whether there is none left. */
  isOver = false
  letters: Iterator<Replayable> = [][Symbol.iterator]()
  /** The name of the supply in whose place it stands, once it has letters. */
  place = ''
  readonly #options: LineOptions
  #letter: Replayable | null = null
  #next: Binding | null = null

  /** `other` is the supply in whose place it stands. */
  constructor(train: Winder, other: Supply<unknown>) {
    super(train, {})
    this.#options = other.options
    const { dress } = other
    this.dress = typeof dress === 'function' ? (line) => this.#withFilename(dress.call(other, line)) : null
  }

  start(): void {
    this.#goOn()
  }

  finish(): void {
    if (this.#next !== null) this.train.esc.dequeue(this.#next)
  }

  override resume(): void {
    super.resume()
    this.#goOn()
  }

  override acknowledge(): void {
    this.acknowledged++
  }

  override original({ origin }: Ticket<Letter>): Buffer | null {
    return origin.original
  }

  /** What fails again says what it said before, but for the supply: the letter may stand in the place of another one. */
  override provenance({ origin }: Ticket<Letter>): Provenance {
    return { ...origin.from, supply: this.place }
  }

  #goOn(): void {
    if (this.#next?.live !== true && !this.isOver) this.#next = this.train.esc.enqueue(() => this.#step())
  }

  #step(): void {
    for (let bytes = 0; bytes < STEP_BYTES && !this.paused;) {
      const next = this.letters.next()
      if (next.done === true) {
        this.isOver = true
        this.train.ended()
        return
      }
      this.#give(next.value)
      bytes += next.value.original.length
    }
    if (!this.paused) this.#goOn()
  }

  #give(letter: Replayable): void {
    this.supplied++
    this.#letter = letter
    const text = this.#textOf(letter.original)
    const ticket = this.open(letter, 1, letter.original.length)
    this.begin(ticket)
    // What came in one piece goes in one piece: a message may have several lines.
    if (!text.includes('\n')) this.lines(text)
    else this.put(this.dress === null ? text : this.dress(text))
    this.end(ticket)
  }

  #textOf(bytes: Buffer): string {
    const { encoding = 'utf8', lineMax = Infinity } = this.#options
    const isLong = bytes.length > lineMax
    const to = isLong ? lineMax : bytes.length
    return textOfPiece(
      { bytes, from: 0, to, start: 0, end: bytes.length, isLong },
      { encoding, keepCarriageReturns: true },
    )
  }

  /** The other supply has no file open, but the letter says which one it was, or its datum still does. */
  #withFilename(data: unknown): unknown {
    const { filenameSetter } = this.#options
    if (filenameSetter === undefined) return data
    const filename = this.#letter?.from.file ?? filenameIn(filenameSetter, this.#letter?.data)
    return filename === null ? data : filenameSetter(data, filename)
  }
}
