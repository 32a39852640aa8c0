/** The calls of etcd's API as grpc-js wants them. Messages pass it as bytes: what is wrong with one, we say ourselves. */
import type { GrpcServer, ServerStream } from './grpc.js'
import type { MessageType } from '../rpc/message.js'
import { METHODS } from '../rpc/methods.js'
import type { UnaryCalls, UnaryName } from './calls.js'
import { clusterCalls } from './cluster-calls.js'
import { Guard, type Call } from './guard.js'
import { keepAliveCall } from './keep-alive-call.js'
import { kvCalls } from './kv-calls.js'
import { leaseCalls } from './lease-calls.js'
import { checkSize, toRefusal } from './refusal-of.js'
import type { Served } from './served.js'
import { watchCall } from './watch-call.js'

/** A stream under way. */
export interface StreamUnderWay {
  fail(error: unknown): void
}

interface UnaryCall extends Call {
  readonly request: Buffer
}

type Done = (error: Error | null, answer?: Buffer) => void

const UNARY: UnaryCalls = { ...kvCalls, ...leaseCalls, ...clusterCalls }
const asIs = (bytes: Buffer): Buffer => bytes

/** Add the calls to a server. Streams are in `streams` as long as they last. */
export function addCalls(server: GrpcServer, served: Served, streams: Set<StreamUnderWay>): void {
  for (const name of Object.keys(UNARY) as UnaryName[]) {
    const { request, response } = METHODS[name] as { request: MessageType; response: MessageType }
    const call = UNARY[name] as (served: Served, asked: unknown) => Promise<object>
    const answer = async (under: UnaryCall): Promise<Buffer> => {
      checkSize(under.request, served.settings)
      const asked = request.decode(under.request)
      await new Guard(served, under).require(name, asked as never)
      return response.encode(await call(served, asked))
    }
    add(server, name, false, (under: UnaryCall, done: Done) => {
      answer(under).then(
        (encoded) => done(null, encoded),
        (error: unknown) => done(toRefusal(error, served.settings)),
      )
    })
  }
  const calls = { watch: watchCall, keepAlive: keepAliveCall }
  for (const name of Object.keys(calls) as (keyof typeof calls)[]) {
    add(server, name, true, (stream: ServerStream) => {
      const underWay = calls[name](served, stream)
      streams.add(underWay)
      stream.once('close', () => streams.delete(underWay))
    })
  }
}

function add(server: GrpcServer, name: keyof typeof METHODS, isStream: boolean, handle: unknown): void {
  const definition = {
    path: METHODS[name].path,
    requestStream: isStream,
    responseStream: isStream,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  }
  server.addService({ [name]: definition }, { [name]: handle as never })
}
