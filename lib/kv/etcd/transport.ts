/** Calls to a cluster of etcd: to whichever member answers, as whoever is logged in, each with a time by which it is over. */
import { ClosedError } from '../../errors/index.js'
import { CallFailure } from './call-failure.js'
import { Code } from '../rpc/code.js'
import { DuplexCall, type StreamSink } from './duplex-call.js'
import { Endpoints } from './endpoints.js'
import { Login } from './login.js'
import type { Draft } from '../rpc/message.js'
import { METHODS, type Method } from '../rpc/methods.js'
import type { EtcdSettings } from './options.js'
import { UnaryCall, type CallKind } from './unary-call.js'

const LOOK_MS = 1000

interface CallUnderWay {
  look(nowMs: number): void
  end(error: Error): void
}

interface StreamUnderWay {
  end(): void
}

/** The way to a cluster. */
export class Transport {
  readonly settings: EtcdSettings
  readonly endpoints: Endpoints
  readonly login: Login
  private readonly calls = new Set<CallUnderWay>()
  private readonly streams = new Set<StreamUnderWay>()
  private disarm: (() => void) | null = null
  private isClosed = false

  constructor(settings: EtcdSettings) {
    this.settings = settings
    this.endpoints = new Endpoints(settings)
    const { user: name, password } = settings
    this.login = new Login(name === null ? null : () => this.authenticate(name, password))
  }

  /** For messages. */
  get name(): string {
    return `etcd ${this.settings.endpoints.join(',')}`
  }

  /**
   * Ask and get one answer.
   *
   * @throws {CallFailure} If none comes.
   * @throws {ClosedError} If all is closed.
   */
  call<Q, R>(method: Method<Q, R>, request: Draft<Q>, kind: CallKind): Promise<R> {
    return this.ask(method, request, kind, this.login)
  }

  /** Open a stream. */
  open<Q, R>(method: Method<Q, R>, sink: StreamSink<R>): DuplexCall<Q, R> {
    const stream = new DuplexCall(this, method, sink)
    this.streams.add(stream)
    return stream
  }

  /** A call is over. */
  ended(call: CallUnderWay): void {
    this.calls.delete(call)
    if (this.calls.size > 0) return
    this.disarm?.()
    this.disarm = null
  }

  /** A stream is over. */
  closed(stream: StreamUnderWay): void {
    this.streams.delete(stream)
  }

  /** End everything. Streams are not told: who opened them closes by himself. */
  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    const error = this.closedError()
    for (const call of [...this.calls]) call.end(error)
    for (const stream of [...this.streams]) stream.end()
    this.endpoints.close()
  }

  /** What whoever uses it after its end is told. */
  closedError(): ClosedError {
    return new ClosedError(`${this.name} was closed`)
  }

  private ask<Q, R>(method: Method<Q, R>, request: Draft<Q>, kind: CallKind, login: Login): Promise<R> {
    if (this.isClosed) return Promise.reject(this.closedError())
    const bytes = method.request.encode(request)
    return new Promise((resolve, reject) => {
      const call = new UnaryCall<R>(this, { method, bytes, kind, login }, resolve, reject)
      this.calls.add(call)
      if (this.disarm === null) this.lookLater()
      call.start()
    })
  }

  private lookLater(): void {
    const { clock } = this.settings
    this.disarm = clock.alarm(clock.now() + LOOK_MS, () => {
      this.lookLater()
      const nowMs = clock.now()
      for (const call of [...this.calls]) call.look(nowMs)
    })
  }

  private async authenticate(name: string, password: string): Promise<string> {
    try {
      const { token } = await this.ask(METHODS.authenticate, { name, password }, 'read', new Login(null))
      return token
    } catch (error) {
      // Nobody has to log in there: so be it.
      if (error instanceof CallFailure && /authentication is not enabled/.test(error.message)) return ''
      if (error instanceof CallFailure && error.code === Code.invalid) {
        throw new CallFailure(Code.denied, `the login of ${JSON.stringify(name)} failed: ${error.message}`, false)
      }
      throw error
    }
  }
}
