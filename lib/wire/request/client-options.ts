/** What the client of requests can be given. */
import type { ClientCurve } from '../curve/proof.js'
import type { WireLoop } from '../socket.js'

/** How a client is connected: it tries for the first time, it is, it was and tries again, it was closed. */
export type ClientState = 'connecting' | 'connected' | 'lost' | 'closed'

/** What a client can be given. */
export interface RequestClientOptions {
  readonly esc: WireLoop
  /** `tcp://host:port`. */
  readonly address: string
  readonly curve?: ClientCurve | undefined
  /** How long the daemon may take to say that it has got a request, with the time it takes to connect. */
  readonly ackMs?: number | undefined
  /** How long it may take to answer. */
  readonly replyMs?: number | undefined
  /** How long a request with a key waits for a daemon that was lost. */
  readonly lostMs?: number | undefined
  /** So many requests may be under way. */
  readonly inFlightMax?: number | undefined
  readonly retryMs?: number | undefined
  readonly retryMaxMs?: number | undefined
  readonly connectMs?: number | undefined
  readonly heartbeatMs?: number | undefined
}

/** What holds where nothing is said. */
export const REQUEST_CLIENT_DEFAULTS = {
  ackMs: 500,
  replyMs: 120_000,
  lostMs: 10_000,
  inFlightMax: 16_384,
  retryMs: 50,
  retryMaxMs: 5000,
  connectMs: 5000,
  heartbeatMs: 15_000,
}
