/** What the messages of mKTL are made of, whichever way they go. */
import { WireError } from '../errors.js'

/** The JSON object of a message. `value` may be a `Bulk`. */
export interface Payload {
  readonly [field: string]: unknown
}

/** The frames of a message as they come. */
export type Frames = readonly Uint8Array[]

/** One frame to send: bytes, a text that is sent in UTF-8, or null for an empty one. */
export type OutFrame = Uint8Array | string | null

/** What a client asks for: to read, to write, to call a method. */
export type RequestType = 'GET' | 'SET' | 'CALL'

/** The layout of the frames: that of today, or that of version 0.8 and before, which says so by the same version byte. */
export type Dialect = 'new' | 'old'

/** A flag of a request: no ACK is to be sent. */
export const NO_ACK = 1

/** A flag of a request: no REP is to be sent, also if the request fails. */
export const NO_REP = 2

/** The version that each message says it is of. */
export const VERSION = Buffer.from('a')

/** A request, well formed. */
export interface Request {
  readonly dialect: Dialect
  /** As it came; goes back unchanged. */
  readonly id: Uint8Array
  readonly type: RequestType
  readonly target: string
  readonly flags: number
  /** null: the frame was empty. */
  readonly payload: Payload | null
}

/** A message that is no request, but says enough of itself for an answer. */
export interface Malformed {
  readonly fault: WireError
  readonly dialect: Dialect
  readonly id: Uint8Array
  readonly target: string
  readonly flags: number
}

/** An ACK or a REP as a client sees it. */
export interface Reply {
  readonly type: 'ACK' | 'REP'
  /** The request's, one character a byte. */
  readonly id: string
  /** null: the frame was empty, as it is in every ACK. */
  readonly payload: Payload | null
  /** Why the payload of a REP can't be read. */
  readonly fault?: WireError
}

/** A value that was published. */
export interface Publication {
  /** The full key in lower case, without the dot that ends a topic. */
  readonly target: string
  readonly payload: Payload
}
