/**
 * Serves a store by etcd's v3 API, so that its clients can use it: etcdctl, those of Python and Go, and ours.
 *
 * The connections are our own, and grpc-js is given each as it comes: so there can be a limit for them.
 */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { ClosedError } from '../../errors/index.js'
import { addressOf, listen } from '../../net/listen.js'
import { isRare } from '../../net/rarely.js'
import { tlsServerOptions } from '../../net/tls-options.js'
import type { Engine } from '../engine/engine.js'
import { loadGrpc, type GrpcServer, type ServerCredentials } from './grpc.js'
import { Budget } from './budget.js'
import { serveSettings, type ServeOptions, type ServeSettings } from './options.js'
import { memberIdOf } from './served.js'
import { addCalls, type StreamUnderWay } from './service.js'

/** A client that doesn't answer a ping is gone: its watches end. */
const PING_MS = 60_000
const PING_TIMEOUT_MS = 20_000
/** What comes along with a request besides it. */
const OVERHEAD_BYTES = 524_288

/** A store that is served. */
export class KvServer {
  /** Where it listens. */
  readonly address: string
  private readonly listener: Server
  private readonly grpc: GrpcServer
  private readonly settings: ServeSettings
  private readonly sockets = new Set<Socket>()
  private readonly streams = new Set<StreamUnderWay>()
  private closed: Promise<void> | null = null

  private constructor(listener: Server, grpc: GrpcServer, settings: ServeSettings) {
    this.listener = listener
    this.grpc = grpc
    this.settings = settings
    const { host, port } = settings
    this.address = addressOf(listener, { host, port })
  }

  /**
   * Serve a store. It stays open when the server is closed.
   *
   * @throws {RangeError} If an option is out of its range, or others than this machine could come in unknown.
   * @throws {DeadbeatError} If it can't listen there, or a file of TLS can't be read.
   */
  static async start(engine: Engine, options: ServeOptions = {}): Promise<KvServer> {
    const settings = serveSettings(options)
    const { host, port, requestBytesMax, bufferBytesMax } = settings
    const credentials = credentialsOf(settings)
    const clusterId = BigInt.asUintN(64, await engine.storeId())
    const listener = createServer({ noDelay: true })
    await listen(listener, { host, port })
    const grpc = new (loadGrpc().Server)({
      'grpc.max_receive_message_length': requestBytesMax + OVERHEAD_BYTES,
      'grpc.max_send_message_length': -1,
      'grpc.max_concurrent_streams': settings.callsMax,
      'grpc-node.max_session_memory': Math.ceil(settings.connectionBytesMax / 1_000_000),
      'grpc.keepalive_time_ms': PING_MS,
      'grpc.keepalive_timeout_ms': PING_TIMEOUT_MS,
    })
    const server = new KvServer(listener, grpc, settings)
    const { address } = server
    const buffered = new Budget(bufferBytesMax)
    const memberId = memberIdOf(clusterId, address)
    addCalls(grpc, { engine, settings, clusterId, memberId, address, buffered }, server.streams)
    server.take(credentials)
    return server
  }

  /** Stop: whoever waits on a stream is told, and what is under way comes to its end. To close again does nothing. */
  close(): Promise<void> {
    return (this.closed ??= this.end())
  }

  private take(credentials: ServerCredentials): void {
    const { listener, sockets } = this
    const { connectionsMax, log } = this.settings
    const injector = this.grpc.createConnectionInjector(credentials)
    listener.maxConnections = connectionsMax
    listener.on('connection', (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      // Whoever goes away, goes.
      socket.on('error', () => undefined)
      injector.injectConnection(socket)
    })
    let dropped = 0
    listener.on('drop', () => {
      dropped += 1
      if (isRare(dropped)) log.warn({ dropped, connectionsMax }, 'there were more connections than are allowed')
    })
  }

  private async end(): Promise<void> {
    const { listener, grpc, sockets, streams } = this
    const isClosed = once(listener, 'close')
    listener.close()
    for (const stream of [...streams]) stream.fail(new ClosedError('the server was closed'))
    // It says too early that it has ended where Node closes connections by itself (24): whether they are closed counts.
    grpc.tryShutdown(() => undefined)
    await this.withinGrace(isClosed)
    grpc.forceShutdown()
    for (const socket of sockets) socket.destroy()
    await isClosed
  }

  private async withinGrace(ended: Promise<unknown>): Promise<void> {
    const { clock, graceMs } = this.settings
    let disarm = (): void => undefined
    const late = new Promise<void>((resolve) => {
      disarm = clock.alarm(clock.now() + graceMs, resolve)
    })
    await Promise.race([ended, late])
    disarm()
  }
}

function credentialsOf({ tls }: ServeSettings): ServerCredentials {
  const { ServerCredentials } = loadGrpc()
  const read = tlsServerOptions(tls)
  if (read === null) return ServerCredentials.createInsecure()
  const { ca, cert, key } = read as { ca?: Buffer; cert: Buffer; key: Buffer }
  return ServerCredentials.createSsl(ca ?? null, [{ cert_chain: cert, private_key: key }], ca !== undefined)
}
