/**
 * One call with one answer, with its retries. A read is tried again whenever that may help; a write only when the
 * server has never got it, or has refused it for a reason that passes or is mended here.
 */
import { toError } from '../../errors/index.js'
import type { Call, CallListener, CallStatus } from './call.js'
import { CallFailure } from './call-failure.js'
import { Code } from '../rpc/code.js'
import type { Endpoint } from './endpoints.js'
import type { Login } from './login.js'
import type { Method } from '../rpc/methods.js'
import type { Transport } from './transport.js'

/** What a call may do when it fails. */
export type CallKind = 'read' | 'write'

/** What is asked. */
export interface Asked<R> {
  readonly method: Pick<Method<unknown, R>, 'path' | 'response'>
  readonly bytes: Buffer
  readonly kind: CallKind
  readonly login: Login
}

const LOGINS_MAX = 2

/** A call under way. */
export class UnaryCall<R> implements CallListener {
  private readonly transport: Transport
  private readonly asked: Asked<R>
  private readonly resolve: (answer: R) => void
  private readonly reject: (error: Error) => void
  private readonly deadlineMs: number
  private call: Call | null = null
  private endpoint: Endpoint | null = null
  private metadata: Login['metadata']
  private answer: Buffer | null = null
  private disarm: (() => void) | null = null
  private retries = 0
  private logins = 0
  private isOver = false

  constructor(transport: Transport, asked: Asked<R>, resolve: (answer: R) => void, reject: (error: Error) => void) {
    const { clock, timeoutMs } = transport.settings
    this.transport = transport
    this.asked = asked
    this.metadata = asked.login.metadata
    this.deadlineMs = clock.now() + timeoutMs
    this.resolve = resolve
    this.reject = reject
  }

  /** Send it. */
  start(): void {
    const { method, bytes, login } = this.asked
    if (!login.isThere) {
      this.logIn()
      return
    }
    const endpoint = this.transport.endpoints.current
    this.endpoint = endpoint
    this.metadata = login.metadata
    this.answer = null
    this.call = endpoint.call(method.path, this.metadata, this)
    this.call.send(bytes, true)
  }

  /** Look from time to time whether it takes too long. */
  look(nowMs: number): void {
    if (nowMs < this.deadlineMs) return
    if (this.endpoint !== null) this.transport.endpoints.failed(this.endpoint)
    const { timeoutMs } = this.transport.settings
    this.end(new CallFailure(Code.deadline, `there was no answer within ${timeoutMs} ms`, this.call?.wasSent === true))
  }

  /** End it with an error. */
  end(error: Error): void {
    if (this.isOver) return
    this.isOver = true
    this.disarm?.()
    this.transport.ended(this)
    this.call?.cancel()
    this.reject(error)
  }

  received(message: Buffer): void {
    this.answer = message
  }

  ended({ code, details, wasSent }: CallStatus): void {
    const { answer } = this
    this.call = null
    if (code !== 0 || answer === null) {
      this.failed(new CallFailure(code, details || 'it ended without an answer', wasSent))
      return
    }
    let decoded: R
    try {
      decoded = this.asked.method.response.decode(answer)
    } catch (error) {
      this.failed(new CallFailure(Code.internal, toError(error).message, true, { cause: error }))
      return
    }
    this.isOver = true
    this.transport.ended(this)
    this.resolve(decoded)
  }

  private failed(failure: CallFailure): void {
    const { transport, endpoint, asked } = this
    if (failure.isTokenGone && asked.login.isRenewable && this.logins < LOGINS_MAX) {
      asked.login.forget(this.metadata)
      this.start()
      return
    }
    if (endpoint !== null && failure.code === Code.unavailable) transport.endpoints.failed(endpoint)
    const mayRetry = failure.isPassing && (asked.kind === 'read' || !failure.wasSent || failure.isRefusal)
    if (!mayRetry || this.retries >= transport.settings.maxRetries) {
      this.end(failure)
      return
    }
    this.retries += 1
    this.wait(transport.settings.clock.now() + transport.settings.retryMs)
  }

  private wait(untilMs: number): void {
    const { clock } = this.transport.settings
    this.disarm = clock.alarm(untilMs, () => {
      this.disarm = null
      if (clock.now() < untilMs) this.wait(untilMs)
      else this.start()
    })
  }

  private logIn(): void {
    this.logins += 1
    this.asked.login.renew().then(
      () => {
        if (!this.isOver) this.start()
      },
      (thrown: unknown) => {
        const error = toError(thrown)
        // Whatever became of the login: this call was not made.
        this.end(error instanceof CallFailure ? new CallFailure(error.code, error.message, false) : error)
      },
    )
  }
}
