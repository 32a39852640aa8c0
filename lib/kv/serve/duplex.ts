/** A stream as the server has it: one question after the other, and an answer only once the one before is on its way. */
import type { Draft, MessageType } from '../rpc/message.js'
import type { ServerStream } from './grpc.js'
import { checkSize, toRefusal } from './refusal-of.js'
import type { ServeSettings } from './options.js'

/** What is done with what a client says. */
export interface DuplexSink<Q> {
  /** It said something; the next isn't read before this is done. */
  asked(request: Q): Promise<void>
  /** The stream is over, however it came. */
  ended(): void
}

/** One stream. */
export class Duplex<Q, R> {
  private readonly stream: ServerStream
  private readonly types: { readonly request: MessageType<Q>; readonly response: MessageType<R> }
  private readonly sink: DuplexSink<Q>
  private readonly settings: ServeSettings
  private hasEnded = false

  constructor(
    stream: ServerStream,
    types: { readonly request: MessageType<Q>; readonly response: MessageType<R> },
    sink: (duplex: Duplex<Q, R>) => DuplexSink<Q>,
    settings: ServeSettings,
  ) {
    this.stream = stream
    this.types = types
    this.settings = settings
    this.sink = sink(this)
    stream.on('data', (bytes: Buffer) => {
      stream.pause()
      this.take(bytes).then(
        () => stream.resume(),
        (error: unknown) => {
          this.fail(error)
        },
      )
    })
    // The client has no more to say, and so has no use for answers.
    stream.on('end', () => {
      this.finish()
    })
    for (const name of ['cancelled', 'close', 'error']) {
      stream.on(name, () => {
        this.over()
      })
    }
  }

  get isOpen(): boolean {
    return !this.hasEnded
  }

  /** Resolves once it is on its way: that may take as long as the client takes to read, and for ever once it is gone. */
  write(answer: Draft<R>): Promise<void> {
    if (this.hasEnded) return Promise.resolve()
    return new Promise((resolve) => {
      this.stream.write(this.types.response.encode(answer), () => {
        resolve()
      })
    })
  }

  /** End it with what went wrong. */
  fail(thrown: unknown): void {
    if (this.hasEnded) return
    this.over()
    this.stream.emit('error', toRefusal(thrown, this.settings))
  }

  private async take(bytes: Buffer): Promise<void> {
    if (this.hasEnded) return
    checkSize(bytes, this.settings)
    await this.sink.asked(this.types.request.decode(bytes))
  }

  private finish(): void {
    if (this.hasEnded) return
    this.over()
    this.stream.end()
  }

  private over(): void {
    if (this.hasEnded) return
    this.hasEnded = true
    this.sink.ended()
  }
}
