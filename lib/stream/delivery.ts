/** A message of a stream as a consumer gets it: what its reply subject says. */
import { DeadbeatError } from '../errors/index.js'

/** What the server says of a message. */
export interface DeliveryFacts {
  /** The stream that it lies in. */
  readonly stream: string
  /** Its number in there. */
  readonly sequence: number
  /** How often it was delivered, this time included; nats-server 2.9 counts anew once it was told that it is under way. */
  readonly deliveries: number
  /** How many more wait for this consumer. */
  readonly pending: number
}

/**
 * Read the subject that a message is acknowledged to:
 * `$JS.ACK.STREAM.CONSUMER.DELIVERIES.SEQUENCE.CONSUMER-SEQUENCE.TIME.PENDING`, since 2.11 maybe with a domain and an account
 * before the stream (ADR-15 of NATS).
 *
 * @throws {DeadbeatError} ERR_NO_STREAM if it is none: the message doesn't come from a stream.
 * @example
 * assert.deepEqual(deliveryOf('$JS.ACK.EVENTS.app.2.17.20.1700000000000000000.4'),
 *   { stream: 'EVENTS', sequence: 17, deliveries: 2, pending: 4 })
 */
export function deliveryOf(reply: string): DeliveryFacts {
  const tokens = reply.split('.')
  const at = tokens.length === 9 ? 2 : 4
  const [stream, , deliveries, sequence, , , pending] = tokens.slice(at)
  const facts = {
    stream: stream ?? '',
    sequence: Number(sequence),
    deliveries: Number(deliveries),
    pending: Number(pending),
  }
  const { sequence: number, deliveries: times } = facts
  if (!reply.startsWith('$JS.ACK.') || !Number.isSafeInteger(number) || number < 1 || !Number.isSafeInteger(times))
    throw new DeadbeatError(
      'ERR_NO_STREAM',
      `a message must come from a stream: its reply subject is ${JSON.stringify(reply)}`,
    )
  return facts
}
