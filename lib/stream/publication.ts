/** One message that is published to a stream. */
import type { MsgHdrs } from '@nats-io/transport-node'
import type { Link } from './session.js'

/** What is published. */
export interface Publication {
  readonly subject: string
  readonly payload: Uint8Array
  /** By which the server knows a repeat; null: it takes all. */
  readonly id: string | null
}

/**
 * Hand a message to the connection.
 *
 * @param reply where the server answers.
 * @param follows the id of the message that must be the last in the stream; null: any may be.
 * @throws if it is larger than the server takes at all, its subject is none, or its id has line breaks.
 */
export function publish(
  { nc }: Link,
  { subject, payload, id }: Publication,
  reply: string,
  follows: string | null,
): void {
  const fields = field('Nats-Msg-Id', id) + field('Nats-Expected-Last-Msg-Id', follows)
  if (fields === '') nc.publish(subject, payload, { reply })
  else nc.publish(subject, payload, { reply, headers: new Fields(fields) as unknown as MsgHdrs })
}

/** Headers as they are sent. Those of the client check the name of a field at each use, which costs more than all else here. */
class Fields {
  private readonly text: string

  constructor(text: string) {
    this.text = `NATS/1.0\r\n${text}\r\n`
  }

  encode(): Uint8Array {
    return Buffer.from(this.text)
  }
}

function field(name: string, value: string | null): string {
  if (value === null) return ''
  if (/[\r\n]/.test(value)) throw new TypeError(`a message's id must be one line: it is ${JSON.stringify(value)}`)
  return `${name}: ${value}\r\n`
}
