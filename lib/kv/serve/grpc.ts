/** gRPC's server is loaded when something is served, so that nobody else pays for it. */
import { createRequire } from 'node:module'

/** The package. */
export type Grpc = typeof import('@grpc/grpc-js')
/** A server. */
export type GrpcServer = import('@grpc/grpc-js').Server
/** Who may connect to one. */
export type ServerCredentials = import('@grpc/grpc-js').ServerCredentials
/** The server's end of a stream, of messages as bytes. */
export type ServerStream = import('@grpc/grpc-js').ServerDuplexStream<Buffer, Buffer>

let loaded: Grpc | undefined

/** The package, loaded when it is first asked for. */
export function loadGrpc(): Grpc {
  loaded ??= createRequire(import.meta.url)('@grpc/grpc-js') as Grpc
  return loaded
}
