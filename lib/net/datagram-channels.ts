/** Send datagrams, over UDP or to a Unix socket. */
import { createSocket, type Socket } from 'node:dgram'
import { closeSync } from 'node:fs'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { hostAndPort } from './listen.js'
import type { NetLoop } from './loop.js'
import { bytesOf } from './out-framing.js'
import type { Channel } from './sender.js'
import { requireNative } from './unix-datagrams.js'

/** What fits into one datagram of UDP over IPv4. */
export const DATAGRAM_MAX = 65_507

/** After how long a reader whose queue is full is tried again: the kernel doesn't tell when it has room. */
const FULL_MS = 5

/** Configuration insert: the limit of datagrams. */
export const outDatagramConfig = {
  datagramMax: {
    doc: 'How many bytes a datagram may have. Above some 1,400 UDP cuts it in pieces on its way, of which none may be lost.',
    format: 'size',
    min: 1,
    max: DATAGRAM_MAX,
    default: DATAGRAM_MAX,
  },
} as const

/**
 * A message as a datagram.
 *
 * @throws {TypeError} If it is neither a string nor bytes.
 * @throws {RangeError} If it is too long.
 * @example
 * assert.throws(() => datagramOf('one', 2), /a datagram must be at most datagramMax \(2\) bytes: it has 3/)
 */
export function datagramOf(message: string | Uint8Array, datagramMax: number): Buffer {
  const bytes = bytesOf(message)
  if (bytes.length <= datagramMax) return bytes
  throw new RangeError(`a datagram must be at most datagramMax (${datagramMax}) bytes: it has ${bytes.length}`)
}

/** Over UDP, to one peer. */
export class UdpChannel implements Channel {
  readonly name: string
  readonly isJoining = false
  private readonly host: string
  private readonly port: number
  private socket: Socket | null = null
  /** Closes the socket, also one that still connects. */
  private closing = new AbortController()

  constructor(host: string, port: number) {
    this.host = host
    this.port = port
    this.name = hostAndPort(host, port)
  }

  /** Answers when the kernel has it; that the peer refuses it may be told to the next one. */
  async send(data: string | Buffer): Promise<void> {
    try {
      this.socket ??= await this.connect(this.closing.signal)
      const { socket } = this
      await new Promise<void>((resolve, reject) =>
        socket.send(data, (error) => (error === null ? resolve() : reject(error))),
      )
    } catch (error) {
      this.close() // The host may have another address by the next try.
      throw error
    }
  }

  close(): void {
    this.closing.abort()
    this.closing = new AbortController()
    this.socket = null
  }

  private async connect(signal: AbortSignal): Promise<Socket> {
    const { address, family } = await lookup(this.host)
    signal.throwIfAborted()
    const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4', signal })
    socket.on('error', () => undefined) // Each sending tells of its own.
    socket.connect(this.port, address)
    await once(socket, 'connect', { signal }) // Rejects where it fails.
    return socket
  }
}

/** To a Unix socket. */
export class UnixDatagramChannel implements Channel {
  readonly name: string
  readonly isJoining = false
  private readonly loop: NetLoop
  private fd = -1

  constructor(loop: NetLoop, path: string) {
    this.loop = loop
    this.name = path
  }

  /** Answers when it is in the reader's queue; while that is full it waits. */
  async send(data: string | Buffer): Promise<void> {
    const binding = requireNative()
    const bytes = bytesOf(data)
    if (this.fd < 0) this.fd = binding.unixDgram()
    while (this.fd >= 0) {
      try {
        binding.unixSend(this.fd, this.name, bytes)
        return
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN') throw toError(error)
      }
      await new Promise<void>((resolve) => this.loop.after(FULL_MS, resolve))
    }
    throw new DeadbeatError('ERR_CLOSED', 'the socket was closed')
  }

  close(): void {
    if (this.fd >= 0) closeSync(this.fd)
    this.fd = -1
  }
}
