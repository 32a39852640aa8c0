/** A supply of messages that come from outside: what listens for them is another's work. */
import { DeadbeatError, codeOf } from '../../errors/index.js'
import { SourceError } from '../errors.js'
import type { Winder } from './cog.js'
import { Supply } from './supply.js'

/** Where messages come from: a socket that listens, a process. */
export interface MessageSource {
  open(): void | Promise<void>
  /** Nothing more may come. */
  close(): void | Promise<void>
  pause(): void
  resume(): void
  /** Before `open`: take over from the one of before what must not be closed. */
  inherit?(predecessor: this): void
}

/** Lines, joined by '\n'; or one message, which may hold line ends. `bytes` is what it takes of memory. */
export type ArrivedMessages =
  { readonly lines: string; readonly bytes: number } | { readonly message: unknown; readonly bytes: number }

/** Puts a text into a datum and returns the datum. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a new object, whose shape the setters make
export type MessageSetter<Out, Piece = string> = (data: any, piece: Piece) => Out

/** How a message becomes a datum. Without any of these the datum is the message. */
export interface MessageSetters<Out> {
  /** Sets the message. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- text, or bytes where those are asked for
  readonly lineSetter?: MessageSetter<Out, any>
  /** Sets the event's id. */
  readonly idSetter?: MessageSetter<Out>
  /** Sets whom it came from. */
  readonly peerSetter?: MessageSetter<Out>
}

/**
 * The base of supplies of messages, which can't be supplied again.
 *
 * @example
 * class Bell extends MessageSupply {
 *   source = { open: () => this.target.arrived({ message: 'ding', bytes: 4 }, 'door'), close() {}, pause() {}, resume() {} }
 * }
 * assert.equal(String(new Bell(train, {})), 'Bell()')
 */
export abstract class MessageSupply<Out, Options extends MessageSetters<Out> = MessageSetters<Out>> extends Supply<
  Out,
  Options,
  null
> {
  override readonly dress: ((line: string) => Out) | null
  protected abstract readonly source: MessageSource
  /** What the source tells. */
  protected readonly target = {
    arrived: (what: ArrivedMessages, peer: string): void => this.arrived(what, peer),
    ended: (): void => this.train.ended(),
    failed: (error: Error): void => this.train.fail(sourceError(error)),
  }
  private peer = ''

  constructor(train: Winder, options: Options) {
    super(train, options)
    const { lineSetter, idSetter, peerSetter } = options
    const isBare = lineSetter === undefined && idSetter === undefined && peerSetter === undefined
    this.dress = isBare
      ? null
      : (message) => {
          let data: unknown = {}
          if (lineSetter !== undefined) data = lineSetter(data, message)
          if (idSetter !== undefined) data = idSetter(data, this.nextId())
          if (peerSetter !== undefined) data = peerSetter(data, this.peer)
          return data as Out
        }
  }

  /** @throws {SourceError} If what it listens at can't be opened. */
  async start(): Promise<void> {
    try {
      if (this.paused) this.source.pause()
      await this.source.open()
    } catch (error) {
      throw error instanceof DeadbeatError ? sourceError(error) : error
    }
  }

  finish(): void | Promise<void> {
    return this.source.close()
  }

  inherit(predecessor: this): void {
    this.source.inherit?.(predecessor.source)
  }

  override pause(): void {
    super.pause()
    this.source.pause()
  }

  override resume(): void {
    super.resume()
    this.source.resume()
  }

  private arrived(what: ArrivedMessages, peer: string): void {
    this.peer = peer
    const isText = 'lines' in what
    const ticket = this.open(null, isText ? 0 : 1, what.bytes)
    this.begin(ticket)
    if (isText) this.lines(what.lines)
    else this.put(this.dress === null ? (what.message as Out) : this.dress(what.message as string))
    this.end(ticket)
  }
}

function sourceError(error: Error): SourceError {
  return new SourceError(codeOf(error) || 'EIO', error.message, { cause: error })
}
