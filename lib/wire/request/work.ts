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
  readonly id: string
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
    this.id = latin(request.id)
  }

  /** Whether its one answer is still to come. */
  get isWaiting(): boolean {
    return this.work?.askers.has(this) === true
  }
}

/** How many more messages of a stream may be sent. */
export interface Credit {
  add(count: number): void
  stop(): void
}

/** Something that is carried out, or waits for its turn. */
export class Work implements ServerRequest {
  readonly id: string
  readonly type: RequestType
  readonly target: string
  readonly payload: Payload | null
  readonly client: string
  readonly principal: Principal
  readonly deadlineMs: number | null
  /** By which it may be asked for again; null: it has none. */
  readonly key: string | null
  readonly askers = new Set<Asker>()
  /** Whether it has ended, or nobody is to hear its end. */
  isOver = false
  /** When the time of all who have waited for it is over; Infinity: one has as long as it likes. */
  endMs = 0
  /** When its time is over though nobody waits. */
  timer: Binding | null = null
  private controller: AbortController | null = null
  private reason: WireError | null = null

  constructor(first: Asker, deadlineMs: number | null, key: string | null) {
    this.id = first.id
    this.type = first.request.type
    this.target = first.request.target
    this.payload = first.request.payload
    this.client = first.peer.name
    this.principal = first.principal
    this.deadlineMs = deadlineMs
    this.key = key
    this.join(first)
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
    this.askers.add(asker)
    asker.work = this
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
