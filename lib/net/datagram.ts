/** A datagram as a message. */
import { decode } from './framing.js'

/** What the bytes of a datagram mean. */
export type DatagramEncoding = 'utf8' | 'latin1' | 'bytes'

/** Who gets what comes. */
export interface DatagramTarget {
  /** One message, and whom it came from. */
  arrived(what: { readonly message: string | Buffer; readonly bytes: number }, peer: string): void
}

/**
 * A datagram's text without a line end at its end, which many senders put there; or a copy of its bytes.
 *
 * @example
 * assert.equal(messageOfDatagram(Buffer.from('one\r\n'), 'utf8'), 'one')
 */
export function messageOfDatagram(datagram: Buffer, encoding: DatagramEncoding): string | Buffer {
  const message = decode(datagram, encoding)
  return typeof message === 'string' ? message.replace(/\r?\n$/, '') : message
}
