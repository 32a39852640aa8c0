/** A server that speaks etcd's API and answers as a test wants it: what no real one can be made to do. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js'
import type { Draft, MessageType } from '../../lib/kv/rpc/message.js'
import { METHODS, type Method } from '../../lib/kv/rpc/methods.js'
import type { Cleanups } from './supplied.js'

type Methods = typeof METHODS
type RequestOf<M> = M extends Method<infer Q, unknown> ? Q : never
type ResponseOf<M> = M extends { readonly response: MessageType<infer R> } ? R : never
type Streams = 'watch' | 'keepAlive'

/** The client's end of a stream, as the server has it. */
export type ServerStream<M extends Streams> = Omit<
  ServerDuplexStream<RequestOf<Methods[M]>, Draft<ResponseOf<Methods[M]>>>,
  'write'
> & { write(answer: Draft<ResponseOf<Methods[M]>> | Buffer): boolean }

/** What it answers; a call that isn't here isn't implemented. Bytes are sent as they are. */
export type Answers = {
  readonly [M in Exclude<keyof Methods, Streams>]?: (
    request: RequestOf<Methods[M]>,
    token: string | undefined,
  ) => Draft<ResponseOf<Methods[M]>> | Buffer | Promise<Draft<ResponseOf<Methods[M]>>>
} & { readonly [M in Streams]?: (stream: ServerStream<M>) => void }

/** An error as a server of gRPC answers it. */
export const refusal = (code: number, details: string): Error => Object.assign(new Error(details), { code, details })

/** A header as all answers have it. */
export const header = (revision: number, clusterId = 7n) => ({ clusterId, memberId: 1n, revision, term: 2 })

/** Start one. */
export async function fakeEtcd(
  cleanups: Cleanups,
  answers: Answers,
  port = 0,
): Promise<{ port: number; stop: () => void }> {
  const server = new Server()
  for (const [name, answer] of Object.entries(answers)) {
    const { path, request, response } = METHODS[name as keyof Methods] as Method<unknown, unknown>
    const isStream = name === 'watch' || name === 'keepAlive'
    const definition = {
      ...{ path, requestStream: isStream, responseStream: isStream },
      requestSerialize: (value: never) => request.encode(value),
      requestDeserialize: (bytes: Buffer) => request.decode(bytes),
      responseSerialize: (value: unknown) => (Buffer.isBuffer(value) ? value : response.encode(value as never)),
      responseDeserialize: (bytes: Buffer) => response.decode(bytes),
    }
    const handler = isStream ? answer : unary(answer as never)
    server.addService({ [name]: definition } as never, { [name]: handler } as never)
  }
  const bound = await new Promise<number>((resolve, reject) => {
    const done = (error: Error | null, chosen: number): void => (error === null ? resolve(chosen) : reject(error))
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), done)
  })
  const stop = (): void => server.forceShutdown()
  cleanups.add(stop)
  return { port: bound, stop }
}

function unary(answer: (request: unknown, token: string | undefined) => unknown) {
  return async (
    call: { request: unknown; metadata: { get(name: string): unknown[] } },
    done: (error: unknown, value?: unknown) => void,
  ) => {
    try {
      done(null, await answer(call.request, call.metadata.get('token')[0] as string | undefined))
    } catch (error) {
      done(error)
    }
  }
}

/** The port of a member that hangs: it takes connections, and says nothing. */
export async function silentPort(cleanups: Cleanups): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)))
  cleanups.add(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}
