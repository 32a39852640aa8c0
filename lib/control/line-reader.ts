/** Lines out of the pieces that a socket gives. */
import { StringDecoder } from 'node:string_decoder'

/**
 * Gathers pieces until a line is whole.
 *
 * @example
 * const reader = new LineReader(10)
 * assert.deepEqual([reader.take(Buffer.from('a\nb')), reader.take(Buffer.from('c\n'))], [['a'], ['bc']])
 */
export class LineReader {
  readonly #max: number
  readonly #decoder = new StringDecoder('utf8')
  #rest = ''

  /** `max`: how many characters a line may have. */
  constructor(max: number) {
    this.#max = max
  }

  /**
   * The lines that this piece completes, without their ends.
   *
   * @throws {RangeError} If one is longer than it may be.
   */
  take(piece: Buffer): string[] {
    const lines = (this.#rest + this.#decoder.write(piece)).split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > this.#max || lines.some(({ length }) => length > this.#max))
      throw new RangeError(`a line may have at most ${this.#max} characters`)
    return lines
  }
}
