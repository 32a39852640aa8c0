/** What a handler gets and gives. */
import type { Principal } from '../../rights/index.js'
import type { Payload, RequestType } from '../frames/message.js'

/** A request that was acknowledged and is to be carried out. */
export interface ServerRequest {
  /** The client's own name of it. */
  readonly id: string
  readonly type: RequestType
  /** As it was sent. */
  readonly target: string
  /** null: the frame was empty. */
  readonly payload: Payload | null
  /** The value that was sent, also a `Bulk`; undefined: none was. */
  readonly value: unknown
  /** The same for all requests of one connection, and for no other's. */
  readonly client: string
  readonly principal: Principal
  /** How long it may still take, counted from its arrival; null: as long as it likes. */
  readonly deadlineMs: number | null
  /** Aborted when its time is over, nobody waits for it any more, or the server closes. Made for whoever asks for it. */
  readonly signal: AbortSignal
  /** Whether it is, without its being made. */
  readonly isAborted: boolean
}

/** One REP, or a stream: a REP with `seq` and `more: true` for each payload, and a last one with what the generator returned. */
export type Answer = Payload | AsyncIterable<Payload>

/** Carries a request out. What it throws is answered as an error. */
export type Handler = (request: ServerRequest) => Answer | Promise<Answer>
