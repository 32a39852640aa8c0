/**
 * Keeping leases alive: one stream for all of them, opened when the first is to be kept. Each request has one answer,
 * and those of one lease come in their order. A stream that breaks fails what waits at once, so that there is time left
 * to try again.
 */
import { UnavailableError } from '../errors.js'
import type { LeaseId } from '../engine/lease-id.js'
import type { CallFailure } from './call-failure.js'
import type { DuplexCall } from './duplex-call.js'
import type { MessageOf, LeaseKeepAliveRequest, LeaseKeepAliveResponse } from '../rpc/messages.js'
import { METHODS } from '../rpc/methods.js'
import type { Transport } from './transport.js'

interface Waiting {
  readonly resolve: (ttlS: number) => void
  readonly reject: (error: Error) => void
}

/** The stream. */
export class LeaseStream {
  private readonly transport: Transport
  private readonly waiting = new Map<LeaseId, Waiting[]>()
  private stream: DuplexCall<MessageOf<typeof LeaseKeepAliveRequest>, MessageOf<typeof LeaseKeepAliveResponse>> | null =
    null

  constructor(transport: Transport) {
    this.transport = transport
  }

  /**
   * Keep a lease alive; resolves to how long it lives from now on, in s, and to 0 if it is gone.
   *
   * @throws {UnavailableError} If the stream breaks before there is an answer.
   */
  keepAlive(id: LeaseId): Promise<number> {
    return new Promise((resolve, reject) => {
      const waiting = { resolve, reject }
      const others = this.waiting.get(id)
      if (others === undefined) this.waiting.set(id, [waiting])
      else others.push(waiting)
      this.open().send({ id })
    })
  }

  /** End it, and fail what waits with an error. */
  close(error: Error): void {
    this.stream?.end()
    this.fail(error)
  }

  private open(): NonNullable<LeaseStream['stream']> {
    this.stream ??= this.transport.open(METHODS.keepAlive, {
      answered: ({ id, ttl }) => {
        this.answered(id, ttl)
      },
      ended: (failure: CallFailure) => {
        this.fail(new UnavailableError(this.transport.name, failure.message, { cause: failure }))
      },
    })
    return this.stream
  }

  private answered(id: LeaseId, ttlS: number): void {
    const all = this.waiting.get(id)
    const first = all?.shift()
    if (all?.length === 0) this.waiting.delete(id)
    first?.resolve(Math.max(ttlS, 0))
  }

  private fail(error: Error): void {
    this.stream = null
    const all = [...this.waiting.values()].flat()
    this.waiting.clear()
    for (const { reject } of all) reject(error)
  }
}
