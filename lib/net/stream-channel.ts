/** Sends over a connection, which is made when it is needed and again when it broke. */
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { DeadbeatError } from '../errors/index.js'
import { hostAndPort } from './listen.js'
import type { NetLoop } from './loop.js'
import type { Channel } from './sender.js'
import { tlsClientOptions, type TlsClientSettings } from './tls-options.js'

/** Where to connect to. */
export type PeerAddress = { readonly host: string; readonly port: number } | { readonly path: string }

/** How to connect. */
export interface StreamChannelOptions {
  readonly address: PeerAddress
  readonly tls: TlsClientSettings
  readonly connectMs: number
}

/** Configuration insert: where to connect to. */
export const connectConfig = {
  host: { doc: 'The host to connect to.', format: 'text' },
  port: { doc: 'The port to connect to.', format: 'port', min: 1 },
  connectMs: { doc: 'How long making a connection may take.', format: 'duration', min: 1, default: 10_000 },
} as const

/** The connection. */
export class StreamChannel implements Channel {
  readonly name: string
  readonly isJoining = true
  private readonly loop: NetLoop
  private readonly options: StreamChannelOptions
  private socket: Socket | null = null
  /** Tells whoever waits for the connection or a write that it broke. */
  private whenBroken: ((error: Error) => void) | null = null

  constructor(loop: NetLoop, options: StreamChannelOptions) {
    this.loop = loop
    this.options = options
    const { address } = options
    this.name = 'path' in address ? address.path : hostAndPort(address.host, address.port)
  }

  /** Answers when the kernel has all of it, which isn't that the peer has. */
  async send(data: string | Buffer): Promise<void> {
    if (this.socket?.destroyed === true) this.socket = null // Before a new one is made: its end is no news any more.
    this.socket ??= await this.connect()
    const { socket } = this
    await new Promise<void>((resolve, reject) => {
      this.whenBroken = reject
      // A socket that broke while it wrote calls back as if all had gone well.
      socket.write(data, (error) => {
        if ((error ?? null) === null && !socket.destroyed) resolve()
        else reject(error ?? socket.errored ?? new DeadbeatError('ECONNRESET', 'the connection broke'))
      })
    })
    this.whenBroken = null
  }

  close(): void {
    this.socket?.end() // What was written before goes first.
    this.socket?.unref()
    if (this.whenBroken !== null) this.socket?.destroy()
    this.broke(new DeadbeatError('ERR_CLOSED', 'the connection was closed'))
  }

  private async connect(): Promise<Socket> {
    const { address, connectMs } = this.options
    const tls = tlsClientOptions(this.options.tls)
    const socket = tls === null ? connect({ ...address }) : connectTls({ ...address, ...tls })
    socket.on('error', () => undefined) // It is told to those who wait; if nobody does, the next write tells.
    const tooLate = `no connection within connectMs (${connectMs} ms)`
    const timer = this.loop.after(connectMs, () => socket.destroy(new DeadbeatError('ETIMEDOUT', tooLate)))
    try {
      await new Promise<void>((resolve, reject) => {
        this.whenBroken = reject
        socket.once(tls === null ? 'connect' : 'secureConnect', resolve).once('error', reject)
      })
    } catch (error) {
      socket.destroy()
      throw error
    } finally {
      this.loop.cancel(timer)
    }
    let reason: Error = new DeadbeatError('ECONNRESET', 'the peer closed the connection')
    socket.setKeepAlive(true)
    socket.on('error', (error: Error) => (reason = error))
    socket.on('close', () => {
      if (this.socket === socket) this.broke(reason)
    })
    socket.resume() // Only a socket that is read tells that its peer has gone.
    return socket
  }

  private broke(error: Error): void {
    this.socket = null
    this.whenBroken?.(error)
    this.whenBroken = null
  }
}
