/** What a request sets going, and who waits for its end: more than one, if the same is asked for again by its key. */
import type { Principal } from '../../rights/index.js'
import type { Binding } from '../../movement/index.js'
import type { WireError } from '../errors.js'
import { latin } from '../frames/decode.js'
import type { Payload, Request, RequestType } from '../frames/message.js'
import type { Peer } from './peer.js'
import type { ServerRequest } from './server-request.js'

/** One request of one peer: it is answered once. */
export class Asker {
  readonly peer: Peer
  readonly request: Request
  readonly principal: Principal
  /** What it waits for. */
  work: Work | null = null
  /** When its time is over. */
  timer: Binding | null = null
  /** What the other side has room for, if it is a stream. */
  credit: Credit | null = null

  constructor(peer: Peer, request: Request, principal: Principal) {
    this.peer = peer
    this.request = request
    this.principal = principal
  }

  /** The client's own name of it: made for whoever wants it, as most do not. */
  get id(): string {
    return latin(this.request.id)
  }

  /** Whether its one answer is still to come. */
  get isWaiting(): boolean {
    return this.work?.askers.includes(this) === true
  }
}

/** How many more messages of a stream may be sent. */
export interface Credit {
  add(count: number): void
  stop(): void
}

/** Something that is carried out, or waits for its turn. */
export class Work implements ServerRequest {
  readonly type: RequestType
  readonly target: string
  readonly payload: Payload | null
  readonly client: string
  readonly principal: Principal
  readonly deadlineMs: number | null
  /** By which it may be asked for again; null: it has none. */
  readonly key: string | null
  /** Mostly one, for which a set would cost more than all the rest of it. */
  readonly askers: Asker[] = []
  /** Whether it has ended, or nobody is to hear its end. */
  isOver = false
  /** When the time of all who have waited for it is over; Infinity: one has as long as it likes. */
  endMs = 0
  /** Until when it is held, as it came late; 0: it did not. */
  heldMs = 0
  /** When its time is over though nobody waits. */
  timer: Binding | null = null
  private readonly idFrame: Uint8Array
  private controller: AbortController | null = null
  private reason: WireError | null = null

  constructor(first: Asker, deadlineMs: number | null, key: string | null) {
    this.idFrame = first.request.id
    this.type = first.request.type
    this.target = first.request.target
    this.payload = first.request.payload
    this.client = first.peer.name
    this.principal = first.principal
    this.deadlineMs = deadlineMs
    this.key = key
    this.join(first)
  }

  get id(): string {
    return latin(this.idFrame)
  }

  get value(): unknown {
    return this.payload?.['value']
  }

  get signal(): AbortSignal {
    if (this.controller === null) {
      this.controller = new AbortController()
      if (this.reason !== null) this.controller.abort(this.reason)
    }
    return this.controller.signal
  }

  /** One more waits for it. */
  join(asker: Asker): void {
    this.askers.push(asker)
    asker.work = this
  }

  /** One waits for it no more. */
  part(asker: Asker): void {
    const at = this.askers.indexOf(asker)
    if (at >= 0) this.askers.splice(at, 1)
  }

  /** Tell whoever carries it out that nobody waits for it any more. */
  abort(reason: WireError): void {
    if (this.reason !== null) return
    this.reason = reason
    this.controller?.abort(reason)
  }

  /** Whether it was told to end. */
  get isAborted(): boolean {
    return this.reason !== null
  }
}
