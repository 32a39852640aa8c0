/** How a call failed, before it is known what that means to whoever asked. */
import { Code } from '../rpc/code.js'

/** A call that brought no answer. */
export class CallFailure extends Error {
  /** gRPC's. */
  readonly code: number
  /** Whether the server may have got it. */
  readonly wasSent: boolean

  constructor(code: number, details: string, wasSent: boolean, options?: { cause?: unknown }) {
    super(details, options)
    this.name = 'CallFailure'
    this.code = code
    this.wasSent = wasSent
  }

  /** Whether the server has understood the call and refused it: it did nothing. */
  get isRefusal(): boolean {
    const { code, message } = this
    if (code === Code.unavailable) return /no leader|not capable/.test(message)
    if (code === Code.exhausted) return /database space|too many requests|grpc: received message larger/.test(message)
    return DEFINITE.has(code)
  }

  /** Whether it may go well when it is tried again. */
  get isPassing(): boolean {
    const { code, message } = this
    // The second is what is said of a call that the server ended by HTTP/2's ENHANCE_YOUR_CALM.
    if (code === Code.exhausted) return /too many requests|Bandwidth exhausted/.test(message)
    return PASSING.has(code)
  }

  /** Whether to log in again: the token ended, or the rights were changed meanwhile. */
  get isTokenGone(): boolean {
    const { code, message } = this
    if (code === Code.unauthenticated) return true
    return code === Code.invalid && /user name is empty|revision of auth store is old/.test(message)
  }
}

const DEFINITE = new Set<number>([
  ...[Code.invalid, Code.notFound, Code.exists, Code.denied, Code.precondition],
  ...[Code.outOfRange, Code.unimplemented, Code.unauthenticated],
])
const PASSING = new Set<number>([Code.cancelled, Code.unknown, Code.deadline, Code.internal, Code.unavailable])
