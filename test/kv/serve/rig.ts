/** A store that is served, and clients of it: ours, and one that sends what a test wants. */
import { Client, credentials, type ServiceError } from '@grpc/grpc-js'
import type { Engine } from '../../../lib/kv/engine/engine.js'
import { EtcdEngine } from '../../../lib/kv/etcd/etcd-engine.js'
import type { EtcdOptions } from '../../../lib/kv/etcd/options.js'
import { MemoryEngine } from '../../../lib/kv/memory/memory-engine.js'
import type { Draft, MessageType } from '../../../lib/kv/rpc/message.js'
import { METHODS } from '../../../lib/kv/rpc/methods.js'
import type { RequestOf, ResponseOf, StreamName, UnaryName } from '../../../lib/kv/serve/calls.js'
import { KvServer } from '../../../lib/kv/serve/kv-server.js'
import type { ServeOptions } from '../../../lib/kv/serve/options.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { silentLogger, type Logger } from '../../../lib/movement/logger.js'
import type { Cleanups } from '../../support/supplied.js'

/** How a stream ended. */
export interface StreamEnd {
  readonly code: number
  readonly details: string
}

/** The client's end of a stream. */
export interface ClientStream<M extends StreamName> {
  send(request: Draft<RequestOf<M>> | Buffer): void
  /** The next answer. */
  next(): Promise<ResponseOf<M>>
  /** How many answers came that nobody has asked for yet. */
  readonly waiting: number
  /** Say no more. */
  end(): void
  cancel(): void
  /** Read no more until it is called again. */
  pause(): void
  resume(): void
  readonly ended: Promise<StreamEnd>
}

const asIs = (bytes: Buffer): Buffer => bytes

/** A client that sends and gets messages as they are. */
export class RawClient {
  private readonly client: Client

  constructor(port: number) {
    this.client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), { 'grpc.max_send_message_length': -1 })
  }

  /** Ask. Fails with `code` and `details`. */
  ask<M extends UnaryName>(name: M, asked: Draft<RequestOf<M>> | Buffer): Promise<ResponseOf<M>> {
    const { path, request, response } = METHODS[name] as unknown as {
      path: string
      request: MessageType<RequestOf<M>>
      response: MessageType<ResponseOf<M>>
    }
    const bytes = Buffer.isBuffer(asked) ? asked : request.encode(asked)
    return this.askAt(path, bytes).then((answer) => response.decode(answer))
  }

  /** Ask at a path. */
  askAt(path: string, bytes: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(path, asIs, asIs, bytes, (error, answer) => {
        if (error === null) resolve(answer as Buffer)
        else reject(error)
      })
    })
  }

  /** Open a stream. */
  stream<M extends StreamName>(name: M): ClientStream<M> {
    const { path, request, response } = METHODS[name] as unknown as {
      path: string
      request: MessageType<RequestOf<M>>
      response: MessageType<ResponseOf<M>>
    }
    const call = this.client.makeBidiStreamRequest(path, asIs, asIs)
    const answers: ResponseOf<M>[] = []
    const asking: ((answer: ResponseOf<M>) => void)[] = []
    call.on('data', (bytes: Buffer) => {
      const answer = response.decode(bytes)
      const ask = asking.shift()
      if (ask === undefined) answers.push(answer)
      else ask(answer)
    })
    call.on('error', () => undefined)
    const ended = new Promise<StreamEnd>((resolve) => {
      call.on('status', ({ code, details }: ServiceError) => resolve({ code, details }))
    })
    return {
      send: (asked) => {
        call.write(Buffer.isBuffer(asked) ? asked : request.encode(asked))
      },
      next: () => {
        const answer = answers.shift()
        return answer === undefined ? new Promise((resolve) => asking.push(resolve)) : Promise.resolve(answer)
      },
      get waiting() {
        return answers.length
      },
      end: () => {
        call.end()
      },
      cancel: () => {
        call.cancel()
      },
      pause: () => {
        call.pause()
      },
      resume: () => {
        call.resume()
      },
      ended,
    }
  }

  close(): void {
    this.client.close()
  }
}

/** Start one. What isn't given is a store in memory on a manual clock, on any port. */
export async function startServed(cleanups: Cleanups, options: ServeOptions & { readonly engine?: Engine } = {}) {
  const clock = new ManualClock()
  const engine = options.engine ?? new MemoryEngine({ clock, opsMax: Infinity, revisionsMax: 100_000 })
  const logged: string[] = []
  const note = (_what: unknown, message?: string): void => void logged.push(String(message))
  const log: Logger = { ...silentLogger, warn: note, error: note }
  const server = await KvServer.start(engine, { port: 0, log, clock, ...options })
  const port = Number(server.address.split(':').at(-1))
  cleanups.add(() => engine.close())
  cleanups.add(() => server.close())
  const client = (how: EtcdOptions = {}): EtcdEngine => {
    const made = new EtcdEngine({ port, ...how })
    cleanups.add(() => made.close())
    return made
  }
  const raw = new RawClient(port)
  cleanups.add(() => raw.close())
  return { clock, engine, server, port, logged, client, raw }
}

/** The bytes of a text. */
export const bytes = (text: string): Buffer => Buffer.from(text)
