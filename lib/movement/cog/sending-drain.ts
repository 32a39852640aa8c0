/** A drain that sends what it takes over a network: how, is another's work. */
import { codeOf } from '../../errors/index.js'
import { SourceError } from '../errors.js'
import type { Json } from './cog.js'
import { Drain } from './drain.js'

/** Where messages wait, and from where they are sent. */
export interface MessageSender {
  /** Up to which position everything was sent. */
  readonly flushed: number
  position(): number
  full(): boolean
  seal(then: (mark: Json) => void): void
  open(): void | Promise<void>
  /** Send everything. */
  close(): Promise<void>
  /** Let go, whatever is left. */
  release(): void
}

/**
 * The base of drains that send messages: what becomes of a datum says `take`, which hands it to the sender.
 *
 * @example
 * class Shout extends SendingDrain {
 *   said = []
 *   sender = { flushed: 0, append: (text) => this.said.push(text) }
 *   take(text) { this.sender.append(text.toUpperCase()) }
 * }
 * const shout = new Shout(train, {})
 * shout.take('one')
 * assert.deepEqual(shout.said, ['ONE'])
 */
export abstract class SendingDrain<In, Options extends object = object> extends Drain<In, Options> {
  protected abstract readonly sender: MessageSender
  /** What the sender tells. */
  protected readonly target = {
    flushed: (): void => this.train.flushed(this),
    failed: (error: Error): void =>
      this.train.fail(new SourceError(codeOf(error) || 'EIO', error.message, { cause: error })),
  }

  get flushed(): number {
    return this.sender.flushed
  }

  position(): number {
    return this.sender.position()
  }

  override full(): boolean {
    return this.sender.full()
  }

  override seal(then: (mark: Json) => void): void {
    this.sender.seal(then)
  }

  start(): void | Promise<void> {
    return this.sender.open()
  }

  finish(): Promise<void> {
    return this.sender.close()
  }

  done(): void {
    this.sender.release()
  }
}
