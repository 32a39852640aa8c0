/** A stream of requests and answers. */
import { toError } from '../../errors/index.js'
import type { Call, CallListener, CallStatus } from './call.js'
import { CallFailure } from './call-failure.js'
import { Code } from '../rpc/code.js'
import type { Endpoint } from './endpoints.js'
import type { Draft } from '../rpc/message.js'
import type { Method } from '../rpc/methods.js'
import type { Transport } from './transport.js'
import { WireError } from '../rpc/wire.js'

/** Whom a stream tells. */
export interface StreamSink<R> {
  answered(answer: R): void
  /** It is over, and nothing comes any more. Not told when `end` was called. */
  ended(failure: CallFailure): void
}

/** A stream under way. */
export class DuplexCall<Q, R> implements CallListener {
  private readonly transport: Transport
  private readonly method: Method<Q, R>
  private readonly sink: StreamSink<R>
  private metadata: Transport['login']['metadata']
  private call: Call | null = null
  private endpointOfCall: Endpoint | null = null
  /** Until it may begin. */
  private unsent: Buffer[] = []
  private isOver = false

  constructor(transport: Transport, method: Method<Q, R>, sink: StreamSink<R>) {
    this.transport = transport
    this.method = method
    this.sink = sink
    this.metadata = transport.login.metadata
    transport.login.renew().then(
      () => {
        this.start()
      },
      (thrown: unknown) => {
        const error = toError(thrown)
        const code = error instanceof CallFailure ? error.code : Code.cancelled
        this.finish(new CallFailure(code, error.message, false, { cause: error }))
      },
    )
  }

  /** Send a request, behind those before it. */
  send(request: Draft<Q>): void {
    if (this.isOver) return
    const bytes = this.method.request.encode(request)
    if (this.call === null) this.unsent.push(bytes)
    else this.call.send(bytes)
  }

  /** End it without being told. */
  end(): void {
    if (this.isOver) return
    this.over()
    this.call?.cancel()
  }

  received(message: Buffer): void {
    if (this.isOver) return
    try {
      this.sink.answered(this.method.response.decode(message))
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.call?.cancel()
      this.finish(new CallFailure(Code.internal, error.message, true, { cause: error }))
    }
  }

  ended({ code, details }: CallStatus): void {
    this.finish(new CallFailure(code, code === 0 ? 'the server ended the stream' : details, true))
  }

  private start(): void {
    if (this.isOver) return
    const endpoint = this.transport.endpoints.current
    this.endpointOfCall = endpoint
    this.metadata = this.transport.login.metadata
    this.call = endpoint.call(this.method.path, this.metadata, this)
    for (const bytes of this.unsent) this.call.send(bytes)
    this.unsent = []
  }

  private finish(failure: CallFailure): void {
    if (this.isOver) return
    this.over()
    const { transport, endpointOfCall } = this
    if (failure.isTokenGone) transport.login.forget(this.metadata)
    if (endpointOfCall !== null && failure.isPassing) transport.endpoints.failed(endpointOfCall)
    this.sink.ended(failure)
  }

  private over(): void {
    this.isOver = true
    this.transport.closed(this)
  }
}
