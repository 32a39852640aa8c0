/** What a call is to whoever answers it. */
import type { Draft, MessageType } from '../rpc/message.js'
import type { METHODS } from '../rpc/methods.js'
import type { Served } from './served.js'

type Methods = typeof METHODS

/** The calls that are streams. */
export type StreamName = 'watch' | 'keepAlive'
/** The calls of one question and one answer. */
export type UnaryName = Exclude<keyof Methods, StreamName>

/** What a call is asked. */
export type RequestOf<M extends keyof Methods> = Methods[M] extends { readonly request: MessageType<infer Q> }
  ? Q
  : never
/** What it answers. */
export type ResponseOf<M extends keyof Methods> = Methods[M] extends { readonly response: MessageType<infer R> }
  ? R
  : never

/** How each is answered. */
export type UnaryCalls = {
  readonly [M in UnaryName]: (served: Served, request: RequestOf<M>) => Promise<Draft<ResponseOf<M>>>
}
