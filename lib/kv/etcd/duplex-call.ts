/** A stream of requests and answers, one of which is taken at a time: what isn't taken waits at the server. */
import { toError } from '../../errors/index.js'
import { CallFailure } from './call-failure.js'
import { Code } from '../rpc/code.js'
import type { Endpoint } from './endpoints.js'
import { cancel, type Call, type CallListener, type CallStatus } from '../rpc/grpc.js'
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
  private readonly unsent: Buffer[] = []
  private isSending = false
  private isOver = false
  private disarm = (): void => undefined

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
    this.unsent.push(this.method.request.encode(request))
    if (!this.isSending) this.sendNext()
  }

  /** End it without being told. */
  end(): void {
    if (this.isOver) return
    this.over()
    cancel(this.call, 'it is not needed any more')
  }

  onReceiveMetadata(): void {
    // Nothing is in it.
  }

  onReceiveMessage(message: unknown): void {
    if (this.isOver) return
    try {
      this.sink.answered(this.method.response.decode(message as Buffer))
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      cancel(this.call, 'what it says makes no sense')
      this.finish(new CallFailure(Code.internal, error.message, true, { cause: error }))
      return
    }
    this.call?.startRead()
  }

  onReceiveStatus({ code, details }: CallStatus): void {
    const why = (code as number) === 0 ? 'the server ended the stream' : details
    this.finish(new CallFailure(code, why, true))
  }

  private start(): void {
    if (this.isOver) return
    const endpoint = this.transport.endpoints.current
    this.endpointOfCall = endpoint
    this.metadata = this.transport.login.metadata
    this.call = endpoint.channel.createCall(this.method.path, Infinity, null, null, null)
    this.call.start(this.metadata, this)
    this.call.startRead()
    this.sendNext()
    if (!endpoint.isReady) this.awaitConnection(endpoint)
  }

  /** A member that takes a connection and says nothing, or not even that, isn't waited for: there may be others. */
  private awaitConnection(endpoint: Endpoint): void {
    const { clock, connectTimeoutMs } = this.transport.settings
    const { connections } = endpoint
    this.disarm = clock.alarm(clock.now() + connectTimeoutMs, () => {
      if (endpoint.connections !== connections) return
      const why = `there was no connection within ${connectTimeoutMs} ms`
      this.finish(new CallFailure(Code.unavailable, why, false))
      cancel(this.call, why)
    })
  }

  /** One at a time: the channel holds no more before there is a connection. */
  private sendNext(): void {
    if (this.call === null) return
    const next = this.unsent.shift()
    this.isSending = next !== undefined
    if (next === undefined) return
    const callback = (): void => {
      if (!this.isOver) this.sendNext()
    }
    this.call.sendMessageWithContext({ callback }, next)
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
    this.disarm()
    this.transport.closed(this)
  }
}
