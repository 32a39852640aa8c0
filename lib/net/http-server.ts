/** A server of HTTP that takes what is posted to it, whole, and answers when it is told to. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Server as SecureServer, createServer as createSecureServer } from 'node:https'
import { gunzipSync } from 'node:zlib'
import { codeOf } from '../errors/index.js'
import { addressOf, describeAddress, hostAndPort, listen, type ListenAddress } from './listen.js'
import type { NetLog } from './loop.js'
import { isRare } from './rarely.js'
import type { StreamServerProgress } from './stream-server.js'
import { tlsServerOptions, type TlsServerSettings } from './tls-options.js'

/** How it listens, and what it takes. */
export interface HttpServerOptions {
  readonly address: ListenAddress
  readonly tls: TlsServerSettings
  /** The one path that there is. */
  readonly path: string
  /** What a request must show; null: nothing. */
  readonly token: string | null
  readonly bodyMax: number
  readonly connectionsMax: number
  /** How many requests may wait for their answers. */
  readonly requestsMax: number
}

/** One request whose body is there. */
export interface Posted {
  readonly body: Buffer
  /** Whom it came from. */
  readonly peer: string
  /** Answer it, once. */
  readonly answer: (status: number, json: object) => void
}

/** Who gets requests. */
export interface HttpServerTarget {
  posted(posted: Posted): void
}

/** After how many seconds somebody who came at the wrong time may come again. */
const RETRY_AFTER = '1'

/** What a request can't be taken for. */
class Refusal extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

/** The server. */
export class HttpServer {
  private readonly log: NetLog
  private readonly options: HttpServerOptions
  private readonly target: HttpServerTarget
  private server: Server | null = null
  /** Who has the server now, and gets what is still being sent to this one. */
  private heir: HttpServer | null = null
  private isPaused = false
  private isOpen = false
  private connections = 0
  private refused = 0
  /** Answers to those whose bodies are still coming, and to those who wait for them. */
  private readonly arriving = new Set<ServerResponse>()
  private readonly waiting = new Set<ServerResponse>()
  private closing: Server | null = null

  constructor(log: NetLog, options: HttpServerOptions, target: HttpServerTarget) {
    this.log = log
    this.options = options
    this.target = target
  }

  /** @throws {DeadbeatError} With the system's code if it can't listen there; ERR_TLS. */
  async open(): Promise<void> {
    this.isOpen = true
    if (this.server !== null) return
    const tls = tlsServerOptions(this.options.tls)
    const server: Server = tls === null ? createServer() : createSecureServer(tls)
    this.attach(server)
    await listen(server, this.options.address)
    this.log.info({ address: addressOf(server, this.options.address) }, 'listening')
  }

  /** Before `open`: take over the server of one that listens at the same address; what it has to answer stays its own. */
  inherit(predecessor: HttpServer): void {
    const { server } = predecessor
    const tls = tlsServerOptions(this.options.tls)
    if (server === null || describeAddress(predecessor.options.address) !== describeAddress(this.options.address))
      return
    predecessor.leave()
    if (server instanceof SecureServer !== (tls !== null)) {
      server.close()
      return
    }
    if (server instanceof SecureServer && tls !== null) server.setSecureContext(tls)
    predecessor.heir = this
    for (const response of predecessor.arriving) this.arriving.add(response)
    predecessor.arriving.clear()
    this.attach(server)
  }

  /** Listen no more. What waits for an answer may still get it. */
  close(): void {
    const { server } = this
    this.leave()
    server?.close()
    server?.closeIdleConnections()
    this.closing = server
  }

  /** Who still waits gets none: nobody knows what will become of it. */
  release(): void {
    for (const response of [...this.arriving, ...this.waiting])
      this.send(response, new Refusal(503, 'the server stops', { 'retry-after': RETRY_AFTER }))
    this.closing?.closeIdleConnections()
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
  }

  /** Where it listens, and how many requests were refused. */
  progress(): StreamServerProgress {
    const { server, refused, connections } = this
    return {
      address: server?.listening === true ? addressOf(server, this.options.address) : null,
      connections,
      refused,
    }
  }

  private attach(server: Server): void {
    this.server = server
    server.maxConnections = this.options.connectionsMax
    server.on('request', this.requested).on('connection', this.connected)
    server.on('checkContinue', this.requested)
  }

  private leave(): void {
    this.isOpen = false
    this.server?.off('request', this.requested).off('checkContinue', this.requested).off('connection', this.connected)
    this.server = null
  }

  private readonly connected = (socket: { once(event: 'close', listener: () => void): unknown }): void => {
    this.connections += 1
    socket.once('close', () => (this.connections -= 1))
  }

  private readonly requested = (request: IncomingMessage, response: ServerResponse): void => {
    this.arriving.add(response)
    response.on('close', () => (this.heir ?? this).forget(response))
    try {
      this.check(request)
    } catch (error) {
      this.refuse(request, response, error)
      return
    }
    if (request.headers.expect !== undefined) response.writeContinue()
    const chunks: Buffer[] = []
    let size = 0
    request.on('error', () => undefined) // Who asked has gone.
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > this.options.bodyMax) this.refuse(request, response, this.tooLarge())
      else chunks.push(chunk)
    })
    request.on('end', () => {
      if (size <= this.options.bodyMax) (this.heir ?? this).take(request, response, Buffer.concat(chunks))
    })
  }

  private take(request: IncomingMessage, response: ServerResponse, packed: Buffer): void {
    this.arriving.delete(response)
    this.waiting.add(response)
    response.on('close', () => this.forget(response))
    try {
      this.checkRoom() // It may have become full meanwhile.
      const body = this.unpack(request, packed)
      const { remoteAddress = '', remotePort = 0 } = request.socket
      const answer = (status: number, json: object): void => this.json(response, status, json)
      this.target.posted({ body, peer: hostAndPort(remoteAddress, remotePort), answer })
    } catch (error) {
      this.refuse(request, response, error)
    }
  }

  private check(request: IncomingMessage): void {
    const { path, token, bodyMax } = this.options
    if (request.url?.split('?')[0] !== path) throw new Refusal(404, `there is only ${path}`)
    if (request.method !== 'POST' && request.method !== 'PUT')
      throw new Refusal(405, 'POST or PUT it', { allow: 'POST, PUT' })
    if (token !== null && !isSame(request.headers.authorization ?? '', `Bearer ${token}`))
      throw new Refusal(401, 'the token is missing or wrong', { 'www-authenticate': 'Bearer' })
    if (Number(request.headers['content-length'] ?? 0) > bodyMax) throw this.tooLarge()
    this.checkRoom()
  }

  private checkRoom(): void {
    const isFull = this.isPaused || !this.isOpen || this.arriving.size + this.waiting.size > this.options.requestsMax
    if (isFull) throw new Refusal(429, 'there is no room now', { 'retry-after': RETRY_AFTER })
  }

  private unpack(request: IncomingMessage, packed: Buffer): Buffer {
    const encoding = request.headers['content-encoding'] ?? 'identity'
    if (encoding === 'identity') return packed
    if (encoding !== 'gzip')
      throw new Refusal(415, 'compress it with gzip or not at all', { 'accept-encoding': 'gzip' })
    try {
      return gunzipSync(packed, { maxOutputLength: this.options.bodyMax })
    } catch (error) {
      throw codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? this.tooLarge() : new Refusal(400, 'it is no gzip')
    }
  }

  private tooLarge(): Refusal {
    return new Refusal(413, `it is longer than ${this.options.bodyMax} bytes`)
  }

  private refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (!(error instanceof Refusal)) throw error
    this.refused += 1
    const peer = request.socket.remoteAddress
    const message = `a request was refused with ${error.status}: ${error.message}`
    if (isRare(this.refused)) this.log.warn({ peer, refused: this.refused }, message)
    request.removeAllListeners('data').removeAllListeners('end').resume()
    this.send(response, error)
  }

  private send(response: ServerResponse, { status, message, headers }: Refusal): void {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    // Else whoever sends on after a refusal would keep the connection busy.
    if (status === 413 || status === 503) response.setHeader('connection', 'close')
    this.json(response, status, { error: message })
  }

  private forget(response: ServerResponse): void {
    this.arriving.delete(response)
    this.waiting.delete(response)
  }

  private json(response: ServerResponse, status: number, json: object): void {
    this.forget(response)
    if (response.headersSent || response.destroyed) return
    response.statusCode = status
    response.setHeader('content-type', 'application/json')
    if (!this.isOpen && this.heir === null) response.setHeader('connection', 'close')
    response.end(`${JSON.stringify(json)}\n`)
  }
}

/** Whether two texts are the same, in a time that doesn't tell where they differ. */
function isSame(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
