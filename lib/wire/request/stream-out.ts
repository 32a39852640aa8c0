/** A stream of answers to one request: numbered, and no more of them on their way than the client has asked for. */
import { encodeBody, type Body } from '../frames/encode.js'
import type { Payload } from '../frames/message.js'
import type { Credit, Work } from './work.js'

/** So many messages of a stream may be sent before the client asks for more. */
export const STREAM_WINDOW = 64

/** What a stream is sent by. */
export interface StreamSender {
  /** Send one message of it; false: nobody waits for it any more. */
  send(body: Body): Promise<boolean>
}

/** A credit that is waited for when it is used up. */
export class StreamCredit implements Credit {
  private left = STREAM_WINDOW
  private go: (() => void) | null = null

  add(count: number): void {
    this.left = Math.min(this.left + count, STREAM_WINDOW)
    this.wake()
  }

  /** Let whoever waits see that it is over. */
  stop(): void {
    this.left = Infinity
    this.wake()
  }

  /** Take one, as soon as there is one. */
  async take(): Promise<void> {
    while (this.left < 1) await new Promise<void>((resolve) => (this.go = resolve))
    this.left -= 1
  }

  private wake(): void {
    this.go?.()
    this.go = null
  }
}

/**
 * Send what a generator gives until it ends, or nobody waits for it; answers the payload of the last message.
 *
 * @throws What the generator throws.
 */
export async function sendStream(
  work: Work,
  payloads: AsyncIterable<Payload>,
  credit: StreamCredit,
  send: StreamSender['send'],
): Promise<Payload> {
  const iterator = payloads[Symbol.asyncIterator]() as AsyncIterator<Payload, unknown>
  let seq = 0
  for (;;) {
    await credit.take()
    const next = work.isOver || work.isAborted ? await iterator.return?.() : await iterator.next()
    if (next === undefined || next.done === true) return { ...asPayload(next?.value), seq }
    const isHeard = await send(encodeBody({ ...next.value, seq, more: true }))
    if (!isHeard) credit.stop()
    seq += 1
  }
}

function asPayload(value: unknown): Payload {
  return typeof value === 'object' && value !== null ? (value as Payload) : {}
}
