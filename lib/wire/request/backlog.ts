/** Answers that had no room on their way to a client, in their order. */
import { isAck } from '../frames/encode.js'
import type { OutFrame } from '../frames/message.js'

/**
 * A queue that knows how many bytes wait in it.
 *
 * @example
 * const backlog = new Backlog()
 * backlog.push(['REP', Buffer.alloc(10), null])
 * assert.deepEqual([backlog.length, backlog.answers, backlog.bytes, backlog.first?.[0]], [1, 1, 13, 'REP'])
 * backlog.shift()
 * assert.deepEqual([backlog.length, backlog.bytes], [0, 0])
 */
export class Backlog {
  private readonly messages: OutFrame[][] = []
  private waiting = 0
  /** How many of them are more than an ACK: of each request one, or a piece of a stream. */
  answers = 0

  /** How many messages wait. */
  get length(): number {
    return this.messages.length
  }

  /** How many bytes they have; of a text its characters count. */
  get bytes(): number {
    return this.waiting
  }

  /** The one that is next. */
  get first(): OutFrame[] | undefined {
    return this.messages[0]
  }

  push(message: OutFrame[]): void {
    this.messages.push(message)
    this.count(message, 1)
  }

  /** The first one is on its way. */
  shift(): void {
    const message = this.messages.shift()
    if (message !== undefined) this.count(message, -1)
  }

  clear(): void {
    this.messages.length = 0
    this.waiting = this.answers = 0
  }

  private count(message: readonly OutFrame[], by: 1 | -1): void {
    this.waiting += by * sizeOf(message)
    if (!isAck(message)) this.answers += by
  }
}

function sizeOf(message: readonly OutFrame[]): number {
  return message.reduce((sum, frame) => sum + (frame?.length ?? 0), 0)
}
