/** A message of a stream as a consumer gets it: what its reply subject says. */
import { DeadbeatError } from '../errors/index.js'

/** How many words the subject has without a domain. */
const SHORT = 9
const DOT = 46
const ZERO = 48

/** What the server says of a message. */
export interface DeliveryFacts {
  /** Its number in the stream. */
  readonly sequence: number
  /** How often it was delivered, this time included; nats-server 2.9 counts anew once it was told that it is under way. */
  readonly deliveries: number
  /** How many more wait for this consumer. */
  readonly pending: number
}

/**
 * Read the subject that a message is acknowledged to:
 * `$JS.ACK.STREAM.CONSUMER.DELIVERIES.SEQUENCE.CONSUMER-SEQUENCE.TIME.PENDING`, since 2.11 maybe with a domain and an account
 * before the stream (ADR-15 of NATS). Every message has one, so no text is made of its words.
 *
 * @throws {DeadbeatError} ERR_NO_STREAM if it is none: the message doesn't come from a stream.
 * @example
 * assert.deepEqual(deliveryOf('$JS.ACK.EVENTS.app.2.17.20.1700000000000000000.4'),
 *   { sequence: 17, deliveries: 2, pending: 4 })
 */
export function deliveryOf(reply: string): DeliveryFacts {
  const words = [0]
  for (let dot = reply.indexOf('.'); dot >= 0; dot = reply.indexOf('.', dot + 1)) words.push(dot + 1)
  const first = words.length === SHORT ? 4 : 6
  const deliveries = numberAt(reply, words[first])
  const sequence = numberAt(reply, words[first + 1])
  const pending = numberAt(reply, words[first + 4])
  if (!reply.startsWith('$JS.ACK.') || !(sequence >= 1 && sequence <= Number.MAX_SAFE_INTEGER && deliveries >= 1))
    throw new DeadbeatError(
      'ERR_NO_STREAM',
      `a message must come from a stream: its reply subject is ${JSON.stringify(reply)}`,
    )
  return { sequence, deliveries, pending }
}

/** The number that is a whole word; NaN if the word is none. */
function numberAt(text: string, start = text.length): number {
  let number = 0
  let at = start
  for (; at < text.length && text.charCodeAt(at) !== DOT; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) return NaN
    number = number * 10 + digit
  }
  return at === start ? NaN : number
}
