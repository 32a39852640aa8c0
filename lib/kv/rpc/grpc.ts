/** gRPC is loaded when the first client of etcd is made, so that nobody else pays for it. */
import { createRequire } from 'node:module'

/** The package. */
export type Grpc = typeof import('@grpc/grpc-js')
/** A channel of it. */
export type Channel = import('@grpc/grpc-js').Channel
/** A call on a channel, below what the package's own clients are made of: without their stack traces and events. */
export type Call = ReturnType<Channel['createCall']>
/** Whom a call tells. */
export type CallListener = Parameters<Call['start']>[1]
/** How a call ended. */
export type CallStatus = import('@grpc/grpc-js').StatusObject
/** A server. */
export type GrpcServer = import('@grpc/grpc-js').Server
/** Who may connect to one. */
export type ServerCredentials = import('@grpc/grpc-js').ServerCredentials
/** The server's end of a stream, of messages as bytes. */
export type ServerStream = import('@grpc/grpc-js').ServerDuplexStream<Buffer, Buffer>
/** What goes along with a call. */
export type Metadata = import('@grpc/grpc-js').Metadata

let loaded: Grpc | undefined

/** The package, loaded when it is first asked for. */
export function loadGrpc(): Grpc {
  loaded ??= createRequire(import.meta.url)('@grpc/grpc-js') as Grpc
  return loaded
}

/** End a call from this side. */
export function cancel(call: Call | null, why: string): void {
  call?.cancelWithStatus(loadGrpc().status.CANCELLED, why)
}
