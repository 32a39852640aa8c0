/** How messages are told apart by who gets them: by line ends, or by lengths that precede them. */
import { describeValue } from '../errors/index.js'
import { framingConfig, type FramingOptions } from './framing.js'

/** Configuration insert: how messages are told apart. */
export const outFramingConfig = { framing: framingConfig.framing, lengthBytes: framingConfig.lengthBytes } as const

/**
 * A message as it is sent.
 *
 * @throws {TypeError} If it is neither a string nor, with framing length, a Buffer.
 * @throws {RangeError} If it is longer than its length can tell.
 * @example
 * assert.equal(frame('one', { framing: 'line', lengthBytes: 4 }), 'one\n')
 * assert.deepEqual(frame('one', { framing: 'length', lengthBytes: 1 }), Buffer.from('\x03one'))
 */
export function frame(
  message: string | Buffer,
  { framing, lengthBytes }: Pick<FramingOptions, 'framing' | 'lengthBytes'>,
): string | Buffer {
  if (framing === 'line') {
    if (typeof message !== 'string') throw new TypeError(`a line must be a string: it is ${describeValue(message)}`)
    return `${message}\n`
  }
  const bytes = bytesOf(message)
  const longest = 256 ** lengthBytes - 1
  if (bytes.length > longest) {
    throw new RangeError(
      `a message must be at most ${longest} bytes where lengthBytes is ${lengthBytes}: it has ${bytes.length}`,
    )
  }
  const framed = Buffer.allocUnsafe(lengthBytes + bytes.length)
  framed.writeUIntBE(bytes.length, 0, lengthBytes)
  bytes.copy(framed, lengthBytes)
  return framed
}

/**
 * The bytes of a message.
 *
 * @throws {TypeError} If it is neither a string nor bytes.
 */
export function bytesOf(message: string | Uint8Array): Buffer {
  if (typeof message === 'string') return Buffer.from(message)
  if (message instanceof Uint8Array) return Buffer.from(message.buffer, message.byteOffset, message.length)
  throw new TypeError(`a message must be a string or bytes: it is ${describeValue(message)}`)
}
