/** A server of HTTP/2 that does with each stream what a test wants: what no gRPC server does. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { Cleanups } from './supplied.js'

/** What is done with a stream. */
export type Serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void

/** It, and what it has seen. */
export interface FakeMember {
  readonly port: number
  readonly sessions: ServerHttp2Session[]
}

/** The head of an answer of gRPC. */
export const GRPC = { ':status': 200, 'content-type': 'application/grpc' }

/** Answer with messages in their frames, and a status behind them. */
export function answer(stream: ServerHttp2Stream, frames: Buffer, status: Record<string, string>): void {
  stream.respond(GRPC, { waitForTrailers: true })
  stream.on('wantTrailers', () => {
    stream.sendTrailers(status)
  })
  stream.end(frames)
}

/** Start one. */
export async function fakeMember(cleanups: Cleanups, serve: Serve): Promise<FakeMember> {
  const sessions: ServerHttp2Session[] = []
  const server = createServer()
  server.on('session', (session) => {
    sessions.push(session)
    session.on('error', () => undefined)
  })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    serve(stream, headers)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  cleanups.add(() => {
    for (const session of sessions) session.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, sessions }
}
