/** gRPC's frames: before each message five bytes, which say whether it is compressed and how long it is. */
import { WireError } from './wire.js'

const PREFIX_BYTES = 5

/** A message in its frame. */
export function framed(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length)
  frame[0] = 0
  frame.writeUInt32BE(message.length, 1)
  message.copy(frame, PREFIX_BYTES)
  return frame
}

/** A message that is longer than may be. */
export class FrameTooLongError extends Error {
  constructor(bytes: number, bytesMax: number) {
    super(`Received message larger than max (${bytes} vs ${bytesMax})`)
  }
}

/**
 * Takes frames apart, however they come in pieces.
 *
 * @example
 * const messages: string[] = []
 * const reader = new FrameReader(100, (message) => messages.push(message.toString()))
 * const frames = Buffer.concat([framed(Buffer.from('one')), framed(Buffer.from('two'))])
 * reader.push(frames.subarray(0, 9))
 * reader.push(frames.subarray(9))
 * assert.deepEqual(messages, ['one', 'two'])
 */
export class FrameReader {
  private readonly bytesMax: number
  private readonly take: (message: Buffer) => void
  private pieces: Buffer[] = []
  private size = 0
  /** With how many bytes it can go on. */
  private enough = PREFIX_BYTES

  /** `take` gets each message. */
  constructor(bytesMax: number, take: (message: Buffer) => void) {
    this.bytesMax = bytesMax
    this.take = take
  }

  /**
   * The next piece.
   *
   * @throws {FrameTooLongError} If a message has more than `bytesMax` bytes; before they have come.
   * @throws {WireError} If one is compressed: nobody asked for that.
   */
  push(piece: Buffer): void {
    this.pieces.push(piece)
    this.size += piece.length
    if (this.size < this.enough) return
    const bytes = this.pieces.length === 1 ? piece : Buffer.concat(this.pieces)
    let at = 0
    this.enough = PREFIX_BYTES
    while (bytes.length - at >= PREFIX_BYTES) {
      const length = this.lengthAt(bytes, at)
      const end = at + PREFIX_BYTES + length
      if (end > bytes.length) {
        this.enough = end - at
        break
      }
      this.take(bytes.subarray(at + PREFIX_BYTES, end))
      at = end
    }
    this.pieces = at < bytes.length ? [bytes.subarray(at)] : []
    this.size = bytes.length - at
  }

  private lengthAt(bytes: Buffer, at: number): number {
    if (bytes[at] !== 0) throw new WireError('it is compressed')
    const length = bytes.readUInt32BE(at + 1)
    if (length > this.bytesMax) throw new FrameTooLongError(length, this.bytesMax)
    return length
  }
}
