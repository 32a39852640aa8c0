/**
 * A file of dead letters. It is read twice: to see that each of its lines is one, before anything is run, and to take
 * them. What is written to it meanwhile is left alone, and so is the memory: a letter is only there while it is needed.
 */
import { closeSync, fstatSync, openSync, readSync, statSync, unlinkSync } from 'node:fs'
import { EXIT } from '../exit-codes.js'
import { letterOf, type Letter } from './letter.js'
import { ReplayError } from './replay-error.js'

const CHUNK = 65_536
/** No letter is longer: what is must be another kind of file. */
const LINE_BYTES_MAX = 268_435_456
const LINE_FEED = 10

/** What stands in a file of dead letters. */
export interface Contents {
  readonly letters: number
  /** How many letters each cog has, those of most letters first. */
  readonly cogs: ReadonlyMap<string, number>
}

/** The file, open for reading until it is closed. */
export class LetterFile {
  readonly path: string
  readonly #fd: number
  readonly #size: number

  /** @throws {ReplayError} If it isn't there, is no file, or may not be read. */
  constructor(path: string) {
    this.path = path
    try {
      this.#fd = openSync(path, 'r')
    } catch (error) {
      throw new ReplayError(`cannot read the dead letters in ${path}`, EXIT.noinput, { cause: error })
    }
    const stat = fstatSync(this.#fd)
    this.#size = stat.size
    if (stat.isFile()) return
    this.close()
    throw new ReplayError(`dead letters must be in a file: ${path} is none`, EXIT.noinput)
  }

  /**
   * Look through it all.
   *
   * @throws {ReplayError} If a line is no dead letter: the message has its number.
   */
  examine(): Contents {
    const cogs = new Map<string, number>()
    let letters = 0
    for (const { cog } of this.letters()) {
      letters++
      cogs.set(cog, (cogs.get(cog) ?? 0) + 1)
    }
    return { letters, cogs: new Map([...cogs].sort(([, a], [, b]) => b - a)) }
  }

  /** Each letter, in the order of the lines. */
  *letters(): Generator<Letter> {
    let number = 0
    for (const line of this.#lines()) {
      number++
      const letter = letterOf(line.toString(), number)
      if (typeof letter !== 'string') yield letter
      else {
        const rule = 'a line of JSON with time, id, cog, error, original and data, as formatDeadLetter writes it'
        throw new ReplayError(`line ${number} of ${this.path} is no dead letter (${rule}): ${letter}`, EXIT.dataerr)
      }
    }
  }

  /** Whether a path leads to this very file. */
  isAt(path: string): boolean {
    const { dev, ino } = fstatSync(this.#fd, { bigint: true })
    const other = statSync(path, { bigint: true, throwIfNoEntry: false })
    return other?.dev === dev && other.ino === ino
  }

  /** Remove it, unless it was written to or replaced since it was opened. Answers whether it did. */
  remove(): boolean {
    if (fstatSync(this.#fd).size !== this.#size || !this.isAt(this.path)) return false
    unlinkSync(this.path)
    return true
  }

  close(): void {
    closeSync(this.#fd)
  }

  *#lines(): Generator<Buffer> {
    const chunk = Buffer.allocUnsafe(CHUNK)
    let rest: Buffer[] = []
    let length = 0
    for (let at = 0; at < this.#size;) {
      const count = readSync(this.#fd, chunk, 0, Math.min(CHUNK, this.#size - at), at)
      if (count === 0) break // It was truncated: what is missing is told by the letter that is cut.
      at += count
      let from = 0
      for (let to = chunk.indexOf(LINE_FEED); to >= 0 && to < count; to = chunk.indexOf(LINE_FEED, from)) {
        yield Buffer.concat([...rest, chunk.subarray(from, to)])
        rest = []
        length = 0
        from = to + 1
      }
      if (from === count) continue
      rest.push(Buffer.from(chunk.subarray(from, count)))
      length += count - from
      if (length > LINE_BYTES_MAX) {
        throw new ReplayError(
          `${this.path} has no dead letters: a line is longer than ${LINE_BYTES_MAX} bytes`,
          EXIT.dataerr,
        )
      }
    }
    if (length > 0) yield Buffer.concat(rest)
  }
}
