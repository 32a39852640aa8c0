/** A request of this side that waits for its answer. */
import type { Binding } from '../../movement/index.js'
import type { Payload, RequestType } from '../frames/message.js'

/** What is asked for, and how. */
export interface RequestOptions {
  readonly type: RequestType
  /** `store.key`, in lower case. */
  readonly target: string
  readonly payload?: Payload | undefined
  /** Don't let the daemon say that it has got it. */
  readonly noAck?: boolean | undefined
  /** Don't let the daemon answer: whether it failed is never known. */
  readonly noReply?: boolean | undefined
  /** How long it may take in all, in ms; the client's `replyMs` if it isn't given. It is not carried out afterwards. */
  readonly deadlineMs?: number | undefined
  /** Takes it back when it is aborted. */
  readonly signal?: AbortSignal | undefined
  /** A name of this one request, by chance. If the connection is lost it is asked for again, and not done twice. */
  readonly key?: string | undefined
}

/** Whoever is told how it ends. */
export interface Waiter {
  /** A REP; `isLast` if no other follows. */
  reply(payload: Payload, isLast: boolean): void
  fail(error: Error): void
}

/** A request that is waited for. */
export class Pending {
  readonly id: string
  readonly options: RequestOptions
  readonly waiter: Waiter
  /** When it was asked, by the clock that its time is measured with. */
  readonly askedMs: number
  /** Whether it was handed to a connection. */
  isSent = false
  isAcknowledged = false
  /** When it is clear that the daemon has not got it. */
  ackTimer: Binding | null = null
  /** When its time is over. */
  replyTimer: Binding | null = null
  /** Lets go of the signal. */
  release: () => void = () => undefined

  constructor(id: string, options: RequestOptions, waiter: Waiter, askedMs: number) {
    this.id = id
    this.options = options
    this.waiter = waiter
    this.askedMs = askedMs
  }
}
