/**
 * A socket that listens for connections, each of which brings messages.
 *
 * What comes can't be asked for again: TCP tells its sender that bytes came as soon as the kernel has them. What can be
 * done is not to read while there is no room, so that the sender waits; and on a reload to hand the open sockets over.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, Server as TlsServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { toError } from '../errors/index.js'
import type { Arrived, Framer } from './framing.js'
import { addressOf, describeAddress, hostAndPort, listen, type ListenAddress } from './listen.js'
import type { LoopBinding, NetLog, NetLoop } from './loop.js'
import { isRare } from './rarely.js'
import { tlsServerOptions, type TlsServerSettings } from './tls-options.js'

/** Configuration insert: the limits of connections. */
export const connectionsConfig = {
  connectionsMax: {
    doc: 'How many connections there may be; what is above is refused.',
    format: 'nat',
    min: 1,
    default: 1000,
  },
  idleMs: {
    doc: 'After how long without a byte a connection is closed; null: never.',
    format: 'duration',
    min: 1,
    default: null,
  },
} as const

/** How a server listens. */
export interface StreamServerOptions {
  readonly address: ListenAddress
  readonly tls: TlsServerSettings
  readonly connectionsMax: number
  readonly idleMs: number | null
  /** A framer for one connection, which tells of long lines. */
  readonly framer: (onLong: (message: string) => void) => Framer
}

/** Who gets what comes. */
export interface StreamServerTarget {
  /** Messages, and whom they came from: `192.0.2.1:40312`, or an empty text for a socket of the file system. */
  arrived(what: Arrived, peer: string): void
}

/** One peer. Its owner changes when it is handed over. */
interface Connection {
  owner: StreamServer
  readonly socket: Socket
  readonly peer: string
  readonly framer: Framer
  heardMs: number
}

/** What a server has done so far. */
export interface StreamServerProgress {
  /** Where it listens; null while it doesn't. */
  readonly address: string | null
  /** How many connections there are. */
  readonly connections: number
  /** How many were refused, since there were too many. */
  readonly refused: number
}

/** The server. */
export class StreamServer {
  private readonly loop: NetLoop
  private readonly log: NetLog
  private readonly options: StreamServerOptions
  private readonly target: StreamServerTarget
  private readonly connections = new Set<Connection>()
  private server: Server | null = null
  private isPaused = false
  private isOpen = false
  private idleTimer: LoopBinding | null = null
  private refused = 0
  private faults = 0

  constructor(loop: NetLoop, log: NetLog, options: StreamServerOptions, target: StreamServerTarget) {
    this.loop = loop
    this.log = log
    this.options = options
    this.target = target
  }

  /** @throws {DeadbeatError} With the system's code if it can't listen there; ERR_TLS. */
  async open(): Promise<void> {
    this.isOpen = true
    const { address, tls, idleMs } = this.options
    if (this.server === null) {
      const server = makeServer(tlsServerOptions(tls))
      this.attach(server)
      await listen(server, address)
      this.log.info({ address: addressOf(server, address) }, 'listening')
    }
    if (idleMs !== null) this.idleTimer = this.loop.every(idleMs / 2, () => this.closeIdle(idleMs))
    if (!this.isPaused) this.resume()
  }

  /** Before `open`: take over the sockets of one that listens at the same address, which then has none any more. */
  inherit(predecessor: StreamServer): void {
    const { server } = predecessor
    const isSame = describeAddress(predecessor.options.address) === describeAddress(this.options.address)
    if (server === null || !isSame) return
    const tls = tlsServerOptions(this.options.tls)
    predecessor.leave()
    if (server instanceof TlsServer !== (tls !== null)) {
      server.close() // It speaks otherwise: at the same address begins a new one. Its connections stay.
    } else {
      if (server instanceof TlsServer && tls !== null) server.setSecureContext(tls)
      this.attach(server)
    }
    for (const connection of predecessor.connections) {
      connection.owner = this
      connection.socket.pause()
      this.connections.add(connection)
    }
    predecessor.connections.clear()
  }

  /** Stop listening, and end every connection. */
  async close(): Promise<void> {
    const { server } = this
    this.leave()
    for (const connection of this.connections) this.end(connection, 'the train has stopped')
    if (server?.listening === true) await new Promise((resolve) => server.close(resolve))
  }

  pause(): void {
    this.isPaused = true
    for (const { socket } of this.connections) socket.pause()
  }

  resume(): void {
    this.isPaused = false
    if (this.isOpen) for (const { socket } of this.connections) socket.resume()
  }

  /** Where it listens, and who is connected. */
  progress(): StreamServerProgress {
    const { server, connections, refused, options } = this
    return {
      address: server?.listening === true ? addressOf(server, options.address) : null,
      connections: connections.size,
      refused,
    }
  }

  /** Take what a connection brought. */
  read(connection: Connection, chunk: Buffer): void {
    connection.heardMs = this.loop.now()
    try {
      for (const arrived of connection.framer.push(chunk)) this.target.arrived(arrived, connection.peer)
    } catch (error) {
      this.end(connection, toError(error).message)
    }
  }

  /** A peer has ended in order. */
  ended(connection: Connection): void {
    try {
      for (const arrived of connection.framer.end()) this.target.arrived(arrived, connection.peer)
    } catch (error) {
      this.end(connection, toError(error).message)
    }
  }

  /** A connection is over. */
  closed(connection: Connection, reason: string): void {
    if (!this.connections.delete(connection)) return
    const { rest } = connection.framer
    if (rest > 0 || reason !== '') this.warn(connection, reason === '' ? 'it ended within a message' : reason, rest)
  }

  private end(connection: Connection, reason: string): void {
    this.connections.delete(connection)
    connection.socket.destroy()
    const { rest } = connection.framer
    if (this.isOpen || rest > 0) this.warn(connection, reason, rest)
  }

  private warn({ peer }: Connection, reason: string, rest: number): void {
    this.faults += 1
    if (!isRare(this.faults)) return
    const lost = rest > 0 ? `; ${rest} bytes of an unfinished message are lost` : ''
    this.log.warn({ peer, faults: this.faults }, `the connection was closed: ${reason}${lost}`)
  }

  private attach(server: Server): void {
    this.server = server
    server.maxConnections = this.options.connectionsMax
    const connected = server instanceof TlsServer ? 'secureConnection' : 'connection'
    server.on(connected, this.accept).on('drop', this.dropped).on('tlsClientError', this.failedTls)
    server.on('error', this.failedAccept)
  }

  /** Let the server alone, that another may have it or nobody. */
  private leave(): void {
    this.isOpen = false
    this.server?.off('connection', this.accept).off('secureConnection', this.accept)
    this.server?.off('drop', this.dropped).off('tlsClientError', this.failedTls).off('error', this.failedAccept)
    this.server = null
    if (this.idleTimer !== null) this.loop.cancel(this.idleTimer)
    this.idleTimer = null
  }

  private readonly accept = (socket: Socket | TLSSocket): void => {
    const { remoteAddress, remotePort } = socket
    const peer = remoteAddress === undefined ? '' : hostAndPort(remoteAddress, remotePort ?? 0)
    const onLong = (message: string): void => {
      connection.owner.faults += 1
      if (isRare(connection.owner.faults)) this.log.warn({ peer, faults: connection.owner.faults }, message)
    }
    const framer = this.options.framer(onLong)
    const connection: Connection = { owner: this, socket, peer, framer, heardMs: this.loop.now() }
    let reason = ''
    this.connections.add(connection)
    socket.setKeepAlive(true)
    socket.on('data', (chunk: Buffer) => connection.owner.read(connection, chunk))
    socket.on('end', () => connection.owner.ended(connection))
    socket.on('error', (error: Error) => (reason = error.message))
    socket.on('close', () => connection.owner.closed(connection, reason))
    if (this.isPaused || !this.isOpen) socket.pause()
  }

  private readonly dropped = (): void => {
    this.refused += 1
    if (!isRare(this.refused)) return
    const { connectionsMax } = this.options
    const message = `a connection was refused: there are connectionsMax (${connectionsMax}) already`
    this.log.warn({ refused: this.refused }, message)
  }

  private readonly failedTls = (error: Error, socket: Socket): void => {
    this.faults += 1
    if (isRare(this.faults))
      this.log.warn(
        { peer: socket.remoteAddress, faults: this.faults },
        `a client could not speak TLS: ${error.message}`,
      )
  }

  private readonly failedAccept = (error: Error): void => {
    // That it can't listen it says by itself.
    if (this.server?.listening === true) this.log.warn({ err: error }, `cannot accept a connection: ${error.message}`)
  }

  private closeIdle(idleMs: number): void {
    if (this.isPaused) return // Then it is we who don't listen.
    const beforeMs = this.loop.now() - idleMs
    for (const connection of this.connections) {
      if (connection.heardMs <= beforeMs) this.end(connection, `nothing came for idleMs (${idleMs} ms)`)
    }
  }
}

function makeServer(tls: TlsOptions | null): Server {
  return tls === null ? createServer() : createTlsServer(tls)
}
