/** What waits to be sent, in pieces of a good size, none of which ends within a message. */

/** From how many characters or bytes on a piece is complete. */
const PIECE = 65_536

/** What is sent in one go: positions count the characters of texts and the bytes of buffers. */
export interface PieceToSend {
  readonly data: string | Buffer
  /** The position behind it. */
  readonly end: number
}

/**
 * A queue of messages, joined to pieces.
 *
 * @example
 * const pieces = new Pieces()
 * pieces.add('one\n')
 * pieces.add('two\n')
 * assert.deepEqual(pieces.first(), { data: 'one\ntwo\n', end: 8 })
 */
export class Pieces {
  /** How much was added ever. */
  position = 0
  private readonly pieceMin: number
  private readonly complete: PieceToSend[] = []
  private text = ''
  private buffers: Buffer[] = []
  private size = 0
  private isBegun = false

  /** With `isJoining` false each message is a piece of its own. */
  constructor(isJoining = true) {
    this.pieceMin = isJoining ? PIECE : 0
  }

  /** Add a message. */
  add(message: string | Buffer): void {
    if (typeof message === 'string' ? this.buffers.length > 0 : this.text !== '') this.close()
    if (typeof message === 'string') this.text += message
    else this.buffers.push(message)
    this.size += message.length
    this.isBegun = true
    this.position += message.length
    if (this.size >= this.pieceMin) this.close()
  }

  /** The oldest piece, which stays until it is taken away; null if there is none. */
  first(): PieceToSend | null {
    if (this.complete.length === 0) this.close()
    return this.complete[0] ?? null
  }

  /** The oldest piece was sent. */
  shift(): void {
    this.complete.shift()
  }

  private close(): void {
    if (!this.isBegun) return
    const data = this.buffers.length > 0 ? Buffer.concat(this.buffers) : this.text
    this.complete.push({ data, end: this.position })
    this.text = ''
    this.buffers = []
    this.size = 0
    this.isBegun = false
  }
}
